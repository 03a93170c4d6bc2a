using Cellway.Manager.Api;
using Cellway.Manager.View;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Replicas;

/// <summary>The admin API's management replicas.</summary>
internal static class ReplicaEndpoints
{
    public static void MapReplicas(this IEndpointRouteBuilder admin) => admin.MapGet("/replicas", (NetworkViewFeed feed) => List(feed.Current));

    private static IReadOnlyList<ReplicaInfo> List(NetworkView view)
    {
        var nodes = view.Sessions.Values.CountBy(s => s.Replica).ToDictionary(StringComparer.Ordinal);
        return
        [
            .. view.Replicas.Values.OrderBy(r => r.Since).ThenBy(r => r.Id, StringComparer.Ordinal).Select(r => new ReplicaInfo(
                r.Id,
                r.Stopping ? "stopping" : "serving",
                view.Leader?.Replica == r.Id,
                nodes.GetValueOrDefault(r.Id),
                r.Endpoints,
                r.Admin,
                r.SoftwareVersion,
                r.Since)),
        ];
    }
}
