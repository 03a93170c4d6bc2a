using System.Collections.Concurrent;
using System.Text;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Hpack;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>The pools of all Cores.</summary>
internal sealed class CorePools(ICoreConnector connector, TimeSpan openTimeout, Http2Sweeper sweeper, ILogger logger) : ICorePools, IDisposable
{
    private readonly ConcurrentDictionary<CoreKey, CorePool> _pools = new();
    private readonly ConcurrentDictionary<string, HandshakePacer> _pacers = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _gate = new();

    public CorePool Get(CoreRoute route)
    {
        var key = CoreKey.Of(route);
        if (_pools.TryGetValue(key, out var pool))
        {
            return pool;
        }

        lock (_gate)
        {
            if (!_pools.TryGetValue(key, out pool))
            {
                // A Core with a new key or address has restarted or moved: its old connections serve no route any more.
                Drop(old => old.CoreId == key.CoreId && old.ExitDomain == key.ExitDomain);
                var pacer = _pacers.GetOrAdd(key.ExitDomain, static (_, time) => new(time), sweeper.Time);
                _pools[key] = pool = new(key, connector, pacer, openTimeout, sweeper, logger);
            }

            return pool;
        }
    }

    /// <summary>Fetches the Core's front page, over a connection that is there if there is one: handshakes are counted.</summary>
    /// <returns><see langword="null"/> when all was well, else what was wrong.</returns>
    public async Task<string?> ProbeAsync(CoreRoute route, CancellationToken cancellationToken)
    {
        var head = new HpackWriter().Add(":method"u8, "GET"u8).Add(":scheme"u8, "https"u8).Add(":path"u8, "/"u8)
            .Add(":authority"u8, Encoding.Latin1.GetBytes(route.ExitDomain)).ToArray();
        var pool = Get(route);
        try
        {
            for (var attempt = 0; attempt < 2; attempt++)
            {
                var probe = new ProbeStream();
                if (!pool.TryOpen(probe, head, endStream: true))
                {
                    await pool.ConnectAsync(Timeout.InfiniteTimeSpan, cancellationToken);
                    if (!pool.TryOpen(probe, head, endStream: true))
                    {
                        break;
                    }
                }

                if (await probe.Status.WaitAsync(cancellationToken) is { } status)
                {
                    return status < 500 ? null : $"The Core answered with HTTP status {status}.";
                }
            }

            return "The connection was cut: the Core does not accept this Entry's certificate.";
        }
        catch (CoreUnreachableException e)
        {
            return e.Message;
        }
    }

    /// <summary>Forgets the connections to a Core. Open streams finish.</summary>
    public void Close(string coreId) => Drop(key => key.CoreId == coreId);

    public void Dispose()
    {
        foreach (var pool in _pools.Values)
        {
            pool.Abort();
        }

        _pools.Clear();
    }

    private void Drop(Func<CoreKey, bool> condition)
    {
        foreach (var (key, pool) in _pools)
        {
            if (condition(key) && _pools.TryRemove(key, out _))
            {
                pool.Drain();
            }
        }
    }
}
