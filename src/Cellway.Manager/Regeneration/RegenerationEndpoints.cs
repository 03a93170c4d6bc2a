using System.Security.Claims;
using Cellway.Manager.Access;
using Cellway.Manager.Api;
using Cellway.Manager.View;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Regeneration;

/// <summary>The admin API's regenerations.</summary>
internal static class RegenerationEndpoints
{
    public static void MapRegenerations(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/cells/{id}/regeneration", async (string id, RegenerationRequests requests, NetworkViewFeed feed, TimeProvider time, CancellationToken cancellationToken) =>
            RegenerationInfos.Of(feed.Current, (await requests.RequireAsync(id, cancellationToken)).Record, time.GetUtcNow()));
        admin.MapPost("/cells/{id}/regeneration", async (
            string id, NewRegeneration wanted, RegenerationRequests requests, NetworkViewFeed feed, TimeProvider time, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
        {
            var record = await requests.BeginAsync(id, wanted, RoleNames.IdOf(caller), cancellationToken);
            return Results.Json(RegenerationInfos.Of(feed.Current, record, time.GetUtcNow()), AdminJson.Default.RegenerationInfo, statusCode: StatusCodes.Status201Created);
        });
        admin.MapPatch("/cells/{id}/regeneration", async (
            string id, RegenerationChange change, RegenerationRequests requests, NetworkViewFeed feed, TimeProvider time, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            RegenerationInfos.Of(feed.Current, await requests.ChangeAsync(id, change, RoleNames.IdOf(caller), cancellationToken), time.GetUtcNow()));
        admin.MapPost("/cells/{id}/regeneration/undo", async (
            string id, RegenerationRequests requests, NetworkViewFeed feed, TimeProvider time, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            RegenerationInfos.Of(feed.Current, await requests.UndoAsync(id, RoleNames.IdOf(caller), cancellationToken), time.GetUtcNow()));
        admin.MapPost("/cells/{id}/regeneration/tokens", async (
            string id, NewRegenerationTokens wanted, RegenerationTokens tokens, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            await tokens.MakeAsync(id, wanted, RoleNames.IdOf(caller), cancellationToken));
    }
}
