using System.Collections.Concurrent;
using Cellway.DataPlane.Http2;
using Cellway.Model.Identities;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>The pools of all Cores.</summary>
internal sealed class CorePools(ICoreConnector connector, TimeSpan openTimeout, Http2Sweeper sweeper, ILogger logger) : ICorePools, IDisposable
{
    private readonly ConcurrentDictionary<CoreKey, CorePool> _pools = new();
    private readonly ConcurrentDictionary<string, (HandshakePacer Pacer, NameSilence Silence)> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _gate = new();

    /// <summary>Is told of a Core whose connection has ended although nobody here ended it; set before the first connection.</summary>
    public Action<CoreKey>? ConnectionLost { get; set; }

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
                var (pacer, silence) = _names.GetOrAdd(key.ExitDomain, static (_, time) => (new(time), new(time)), sweeper.Time);
                _pools[key] = pool = new(key, connector, pacer, silence, openTimeout, sweeper, logger) { ConnectionLost = ConnectionLost };
            }

            return pool;
        }
    }

    public CorePool? Find(CoreKey key) => _pools.GetValueOrDefault(key);

    /// <summary>Forgets the connections to a Core. Open streams finish.</summary>
    public void Close(string coreId) => Drop(key => key.CoreId == coreId);

    /// <summary>The Cores there are connections to that have one of these keys.</summary>
    public IReadOnlyCollection<string> WithKeys(IReadOnlySet<Hash256> keys) =>
        keys.Count == 0 ? [] : [.. _pools.Keys.Where(k => keys.Contains(k.CertificateKeyHash)).Select(k => k.CoreId).Distinct(StringComparer.Ordinal)];

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
