#pragma warning disable CA1822 // the bodies follow in the next commit
using System.Net;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>The exit: takes tunnels from Entries and dials destinations.</summary>
public sealed class CoreServer : IAsyncDisposable
{
    private CoreServer(IPEndPoint endpoint) => Endpoint = endpoint;

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Totals since the start.</summary>
    public TunnelCounters Counters => default;

    /// <summary>Starts listening.</summary>
    /// <exception cref="IOException">The endpoint is in use or not this machine's.</exception>
    public static Task<CoreServer> StartAsync(
        CoreServerOptions options, CoreServerServices services, CoreFace face, CancellationToken cancellationToken) =>
        Task.FromResult(new CoreServer(options.Listen));

    /// <summary>Replaces what it serves, at once and as a whole; cuts sessions of newly revoked Entries and of routes taken away.</summary>
    public void Apply(CoreFace face) => ArgumentNullException.ThrowIfNull(face);

    /// <summary>The bytes of every route that carried any since the start.</summary>
    public IReadOnlyList<RouteTraffic> Traffic() => [];

    /// <summary>Stops accepting connections and waits for the sessions to end, cutting those that remain at the limit.</summary>
    public Task DrainAsync(TimeSpan limit, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Cuts what is left and stops.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
