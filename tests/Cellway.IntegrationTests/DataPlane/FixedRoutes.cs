using System.Collections.Concurrent;
using Cellway.DataPlane.Tunnel;
using Cellway.Model.Identities;

namespace Cellway.IntegrationTests.DataPlane;

/// <summary>Management as a dictionary.</summary>
internal sealed class FixedRoutes : IRouteResolver
{
    private int _lookups;

    public ConcurrentDictionary<Hash256, IReadOnlyList<CoreRoute>> Known { get; } = new();

    public bool Available { get; set; } = true;

    public int Lookups => _lookups;

    public ValueTask<RouteAnswer> ResolveAsync(Hash256 credential, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lookups);
        return ValueTask.FromResult(!Available ? RouteAnswer.Unavailable
            : Known.TryGetValue(credential, out var routes) ? RouteAnswer.Found(routes)
            : RouteAnswer.Unknown);
    }
}
