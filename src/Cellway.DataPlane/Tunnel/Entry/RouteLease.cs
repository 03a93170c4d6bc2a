namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Routes that a session holds in the cache until it disposes of this.</summary>
internal sealed class RouteLease(IReadOnlyList<CoreRoute> routes, int maxAddresses, Action release) : IDisposable
{
    private Action? _release = release;

    /// <summary>The routes, best first.</summary>
    public IReadOnlyList<CoreRoute> Routes { get; } = routes;

    /// <summary>From how many addresses the device's sessions may come at one time; 0 for any number.</summary>
    public int MaxAddresses { get; } = maxAddresses;

    /// <summary>Has something else happen too when the session ends.</summary>
    public void AlsoRelease(Action? other) => _release += other;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
