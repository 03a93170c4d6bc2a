using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Google.Protobuf;

namespace Cellway.Manager.Routing;

/// <summary>Answers an Entry that has met a device.</summary>
internal sealed class RouteLookup(NetworkViewFeed feed, RouteTables tables, TimeProvider time)
{
    /// <summary>Where the device's sessions may go, the best first; <see langword="null"/> when there is no such device.</summary>
    /// <remarks>A known device whose Cores are all away gets an empty answer: that is an outage and not a stranger.</remarks>
    public ResolveReply? Find(Hash256 credential)
    {
        // The table may be of a newer view than the one asked for, so everything here goes by the table's.
        var table = tables.For(feed.Current);
        var view = table.View;
        if (view.FindByCredential(credential) is not { } device || !RoutePlan.IsAdmitted(view, device))
        {
            return null;
        }

        var reply = new ResolveReply();
        foreach (var (core, routeId) in table.RoutesFor(device))
        {
            if (view.Sessions[core.Id].Ready && CoreTargets.Of(view, core, time.GetUtcNow()) is { } target)
            {
                target.RouteId = ByteString.CopyFrom(routeId.ToArray());
                reply.Targets.Add(target);
            }
        }

        return reply;
    }
}
