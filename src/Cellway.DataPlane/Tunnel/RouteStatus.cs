namespace Cellway.DataPlane.Tunnel;

/// <summary>What a route lookup found out.</summary>
public enum RouteStatus
{
    /// <summary>The network could not be asked, or cannot say where to now; nothing is known about the credential.</summary>
    Unavailable,

    /// <summary>The network does not know the credential, or it may not connect now.</summary>
    Unknown,

    /// <summary>There is at least one route.</summary>
    Found,
}
