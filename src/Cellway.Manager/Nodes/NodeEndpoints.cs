using Cellway.Manager.Api;
using Cellway.Manager.Cells;
using Cellway.Manager.Incidents;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.View;
using Cellway.Model.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Nodes;

/// <summary>The admin API's nodes, and the network at a glance.</summary>
internal static class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/nodes", (NetworkViewFeed feed, AttachedNodes attached) => NodeInfos.Of(feed.Current, attached));
        admin.MapPost("/nodes/{id}/drain", (string id, NodeActs acts, CancellationToken cancellationToken) => acts.DrainAsync(id, cancellationToken));
        admin.MapPost("/nodes/{id}/resume", (string id, NodeActs acts, CancellationToken cancellationToken) => acts.ResumeAsync(id, cancellationToken));
        admin.MapPost("/nodes/{id}/revoke", (string id, NodeActs acts, CancellationToken cancellationToken) => acts.RevokeAsync(id, cancellationToken));
        admin.MapPost("/nodes/{id}/remove", async (string id, NodeRemoval removal, CancellationToken cancellationToken) =>
            await removal.RemoveAsync(id, cancellationToken) ?? throw NodeActs.NoSuchNode(id));
        admin.MapGet("/status", (NetworkViewFeed feed, AttachedNodes attached) => Status(feed.Current, attached));
    }

    private static NetworkStatus Status(NetworkView view, AttachedNodes attached) => new(
        view.Network!.Id,
        view.Network.Name,
        Software.Version,
        view.Revision,
        CellInfos.Of(view),
        [.. NodeInfos.Of(view, attached).Where(n => n.State != "revoked")],
        view.Accounts.Users,
        view.Accounts.Devices,
        IncidentInfos.Of(view, closedToo: false),
        [.. view.Unreadable.Order(StringComparer.Ordinal)]);
}
