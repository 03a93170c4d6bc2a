#pragma warning disable CA1822 // the bodies follow in the next commit
using System.Net;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>The front relay: takes VLESS over gRPC from clients and passes it on to Cores.</summary>
public sealed class EntryServer : IAsyncDisposable
{
    private EntryServer(IPEndPoint endpoint) => Endpoint = endpoint;

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Totals since the start.</summary>
    public TunnelCounters Counters => default;

    /// <summary>Starts listening.</summary>
    /// <exception cref="IOException">The endpoint is in use or not this machine's.</exception>
    public static Task<EntryServer> StartAsync(
        EntryServerOptions options, EntryServerServices services, EntryFace face, CancellationToken cancellationToken) =>
        Task.FromResult(new EntryServer(options.Listen));

    /// <summary>Replaces what clients see, at once and as a whole. Sessions go on.</summary>
    public void Apply(EntryFace face) => ArgumentNullException.ThrowIfNull(face);

    /// <summary>Connects to a Core as a session would, and exchanges a request with it.</summary>
    /// <returns><see langword="null"/> when all was well, else what was wrong, without addresses or secrets.</returns>
    public Task<string?> ProbeAsync(CoreRoute route, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Cuts every session that goes through a Core, and forgets connections and routes to it.</summary>
    public void CloseSessionsTo(string coreId) => ArgumentNullException.ThrowIfNull(coreId);

    /// <summary>Stops accepting connections and waits for the sessions to end, cutting those that remain at the limit.</summary>
    public Task DrainAsync(TimeSpan limit, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Cuts what is left and stops.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
