using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel;

/// <summary>Asks the network where a device's traffic goes.</summary>
public interface IRouteResolver
{
    /// <summary>Looks one device up. Failing to ask is <see cref="RouteStatus.Unavailable"/>, not an exception.</summary>
    /// <param name="credential">The hash of the VLESS id (<see cref="Model.Devices.VlessId.HashOf"/>).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<RouteAnswer> ResolveAsync(Hash256 credential, CancellationToken cancellationToken);
}
