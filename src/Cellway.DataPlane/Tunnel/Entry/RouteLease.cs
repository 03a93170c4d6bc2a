namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Routes that a session holds in the cache until it disposes of this.</summary>
internal sealed class RouteLease(IReadOnlyList<CoreRoute> routes, Action release) : IDisposable
{
    private Action? _release = release;

    /// <summary>The routes, best first.</summary>
    public IReadOnlyList<CoreRoute> Routes { get; } = routes;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
