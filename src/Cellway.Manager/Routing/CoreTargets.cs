using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Nodes;
using Google.Protobuf;

namespace Cellway.Manager.Routing;

/// <summary>How an Entry reaches a Core.</summary>
internal static class CoreTargets
{
    /// <summary>The target, without a route id; <see langword="null"/> when the Core is not attached or its cell has no name for the hop now.</summary>
    public static CoreTarget? Of(NetworkView view, NodeRecord core, DateTimeOffset now)
    {
        if (!view.Sessions.TryGetValue(core.Id, out var session)
            || core.Cell is null
            || !view.Cells.TryGetValue(core.Cell, out var cell)
            || cell.ExitServiceNames.LastOrDefault(n => n.IsAccepted(now)) is not { } name)
        {
            return null;
        }

        return new()
        {
            CoreId = core.Id,
            Address = session.Address,
            Port = (uint)session.Port,
            ExitDomain = cell.ExitDomain,
            ServiceName = name.Name,
            CertificateKeyHash = ByteString.CopyFrom(Convert.FromHexString(core.KeyHash)),
        };
    }
}
