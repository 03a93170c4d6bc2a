namespace Cellway.DataPlane.Tunnel;

/// <summary>The answer to one route lookup.</summary>
public readonly record struct RouteAnswer
{
    private readonly IReadOnlyList<CoreRoute>? _routes;

    private RouteAnswer(RouteStatus status, IReadOnlyList<CoreRoute>? routes, int maxAddresses) =>
        (Status, _routes, MaxAddresses) = (status, routes, maxAddresses);

    /// <summary>The network could not be asked. Also the default value.</summary>
    public static RouteAnswer Unavailable => default;

    /// <summary>The credential is not one of the network's.</summary>
    public static RouteAnswer Unknown { get; } = new(RouteStatus.Unknown, null, 0);

    /// <summary>What the lookup found out.</summary>
    public RouteStatus Status { get; }

    /// <summary>The routes, best first. Empty unless <see cref="Status"/> is <see cref="RouteStatus.Found"/>.</summary>
    public IReadOnlyList<CoreRoute> Routes => _routes ?? [];

    /// <summary>From how many addresses the device's sessions may come at one time; 0 for any number.</summary>
    public int MaxAddresses { get; }

    /// <summary>An answer with routes, best first.</summary>
    /// <exception cref="ArgumentException">There is no route; that is <see cref="Unknown"/>.</exception>
    public static RouteAnswer Found(IReadOnlyList<CoreRoute> routes, int maxAddresses = 0)
    {
        ArgumentNullException.ThrowIfNull(routes);
        return routes.Count > 0 ? new(RouteStatus.Found, routes, maxAddresses) : throw new ArgumentException("No route.", nameof(routes));
    }
}
