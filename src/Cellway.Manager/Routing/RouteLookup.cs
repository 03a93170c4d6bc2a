using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Google.Protobuf;

namespace Cellway.Manager.Routing;

/// <summary>Answers an Entry that has met a device.</summary>
internal sealed class RouteLookup(NetworkViewFeed feed, RouteTable table, FreshReads fresh, StateKeys keys)
{
    /// <summary>Where the device's sessions may go, the best first; <see langword="null"/> when there is no such device.</summary>
    /// <remarks>
    /// A known device whose Cores are all away gets an empty answer: that is an outage and not a stranger. One that this replica
    /// does not know may have been made on another a moment ago.
    /// </remarks>
    public async ValueTask<ResolveReply?> FindAsync(Hash256 credential, CancellationToken cancellationToken)
    {
        if (feed.Current.Accounts.FindByCredential(credential) is { } known)
        {
            return Answer(known);
        }

        return await fresh.HasForStrangerAsync(keys.DeviceCredential(credential), cancellationToken)
            && feed.Current.Accounts.FindByCredential(credential) is { } made
                ? Answer(made)
                : null;
    }

    private ResolveReply? Answer(DeviceRow device)
    {
        var view = feed.Current;
        if (!RoutePlan.IsAdmitted(view, device))
        {
            return null;
        }

        var reply = new ResolveReply { MaxAddresses = (uint)device.Addresses };
        foreach (var (core, routeId) in table.RoutesFor(view, device))
        {
            if (CoreTargets.Of(view, core) is { } target)
            {
                target.RouteId = UnsafeByteOperations.UnsafeWrap(routeId.ToArray());
                reply.Targets.Add(target);
            }
        }

        return reply;
    }
}
