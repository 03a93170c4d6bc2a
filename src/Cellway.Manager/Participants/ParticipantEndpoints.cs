using Cellway.Manager.Api;
using Cellway.Manager.View;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Participants;

/// <summary>The admin API's participants.</summary>
internal static class ParticipantEndpoints
{
    public static void MapParticipants(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/participants", (NetworkViewFeed feed, TimeProvider time) => List(feed.Current, time.GetUtcNow()));
        admin.MapPost("/participants", async (NewParticipant wanted, ParticipantActs acts, CancellationToken cancellationToken) =>
            Results.Json(await acts.CreateAsync(wanted, cancellationToken), AdminJson.Default.ParticipantInfo, statusCode: StatusCodes.Status201Created));
        admin.MapPatch("/participants/{id}", (string id, ParticipantChange change, ParticipantActs acts, CancellationToken cancellationToken) =>
            acts.ChangeAsync(id, change, cancellationToken));
    }

    private static IReadOnlyList<ParticipantInfo> List(NetworkView view, DateTimeOffset now) =>
        [.. view.Participants.Values.OrderBy(p => p.Id, StringComparer.Ordinal).Select(p => ParticipantActs.Show(view, p, now))];
}
