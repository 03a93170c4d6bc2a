using Cellway.DataPlane.Tunnel;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Node.PhoneHome;

namespace Cellway.EntryNode;

/// <summary>Asks management where a device's sessions go.</summary>
internal sealed class ManagementRoutes(ManagementClient management) : IRouteResolver
{
    public async ValueTask<RouteAnswer> ResolveAsync(Hash256 credential, CancellationToken cancellationToken)
    {
        var lookup = await management.ResolveAsync(credential, cancellationToken);
        return lookup.Status switch
        {
            // All Cores of a device that exists are away, as they are when management has just come back: whoever holds a route goes on with it.
            LookupStatus.Found when lookup.Value!.Targets.Count == 0 => RouteAnswer.Unavailable,
            LookupStatus.Found => RouteAnswer.Found([.. lookup.Value!.Targets.Select(t => CoreRoutes.Of(t, new RouteId(t.RouteId.Span)))], (int)lookup.Value.MaxAddresses),
            LookupStatus.NotFound => RouteAnswer.Unknown,
            _ => RouteAnswer.Unavailable,
        };
    }
}
