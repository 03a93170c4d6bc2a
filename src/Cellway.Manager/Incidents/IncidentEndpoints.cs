using System.Security.Claims;
using Cellway.Manager.Access;
using Cellway.Manager.Api;
using Cellway.Manager.View;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Incidents;

/// <summary>The admin API's incidents, and what operators say about cells.</summary>
internal static class IncidentEndpoints
{
    public static void MapIncidents(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/incidents", (NetworkViewFeed feed, bool all = false) => IncidentInfos.Of(feed.Current, all));
        admin.MapGet("/incidents/{id}", (string id, NetworkViewFeed feed) =>
            IncidentInfos.Of(feed.Current.Incidents.GetValueOrDefault(id) ?? throw OperatorsWord.NoSuchIncident(id)));
        admin.MapPost("/incidents/{id}/close", async (string id, IncidentClosing closing, OperatorsWord word, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            IncidentInfos.Of(await word.CloseAsync(id, closing, RoleNames.IdOf(caller), cancellationToken)));
        admin.MapPost("/cells/{id}/compromise", async (string id, CellCompromise said, OperatorsWord word, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            IncidentInfos.Of(await word.CompromiseAsync(id, said, RoleNames.IdOf(caller), cancellationToken)));
        admin.MapPost("/cells/{id}/recover", async (string id, OperatorsWord word, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            (IReadOnlyList<IncidentInfo>)[.. (await word.RecoverAsync(id, RoleNames.IdOf(caller), cancellationToken)).Select(IncidentInfos.Of)]);
    }
}
