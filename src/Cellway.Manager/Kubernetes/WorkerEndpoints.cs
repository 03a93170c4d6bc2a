using Cellway.Manager.Api;
using Cellway.Manager.View;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cellway.Manager.Kubernetes;

/// <summary>The admin API's workers: participants' machines in the operator's cluster.</summary>
internal static class WorkerEndpoints
{
    public static void MapWorkers(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/workers", (NetworkViewFeed feed, TimeProvider time) => List(feed.Current, time.GetUtcNow()));
        admin.MapPost("/workers", CreateAsync);
    }

    private static IReadOnlyList<WorkerInfo> List(NetworkView view, DateTimeOffset now) =>
        [.. view.Workers.Values.OrderBy(w => w.CreatedAt).Select(w => WorkerInfos.Show(w, now))];

    private static async Task<IResult> CreateAsync(NewWorker wanted, HttpContext context, CancellationToken cancellationToken)
    {
        var tokens = context.RequestServices.GetService<WorkerTokens>()
            ?? throw AdminException.Conflict("This management serves no Kubernetes cluster: start it with --kubernetes-participant (docs/operations/kubernetes.md).");
        return Results.Json(await tokens.CreateAsync(wanted.Participant, cancellationToken), AdminJson.Default.CreatedWorker, statusCode: StatusCodes.Status201Created);
    }
}
