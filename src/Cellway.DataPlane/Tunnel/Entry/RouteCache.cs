using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>
/// The routes of the devices whose sessions live here, and for a grace after the last one: all that a thief of this Entry finds.
/// </summary>
/// <remarks>
/// One lookup serves a page load. A lookup older than the grace is repeated for a new session; when management cannot be asked
/// then, the old one still serves as long as it is held.
/// </remarks>
internal sealed class RouteCache : IDisposable
{
    private static readonly TimeSpan s_maxGrace = TimeSpan.FromSeconds(60);

    private readonly Dictionary<Hash256, Entry> _entries = [];
    private readonly Lock _lock = new();
    private readonly IRouteResolver _resolver;
    private readonly TimeSpan _grace;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;

    public RouteCache(IRouteResolver resolver, TimeSpan grace, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grace, s_maxGrace);
        _resolver = resolver;
        _grace = grace;
        _time = time;
        var period = TimeSpan.FromSeconds(1);
        _sweep = time.CreateTimer(static cache => ((RouteCache)cache!).Sweep(), this, period, period);
    }

    /// <summary>How many devices it holds.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Finds the routes of a device, and holds them until the lease is disposed.</summary>
    /// <returns><see langword="null"/> when there are none, or management cannot be asked and nothing is held.</returns>
    public async ValueTask<RouteLease?> AcquireAsync(Hash256 credential, CancellationToken cancellationToken)
    {
        Entry entry;
        Task<RouteAnswer>? lookup = null;
        lock (_lock)
        {
            if (!_entries.TryGetValue(credential, out entry!))
            {
                _entries[credential] = entry = new();
            }

            entry.Holders++;
            if (entry.Routes is null || entry.Doubted || _time.GetElapsedTime(entry.ResolvedAt) > _grace)
            {
                lookup = entry.Lookup ??= LookUpAsync(credential, entry);
            }
        }

        try
        {
            if (lookup is not null)
            {
                await lookup.WaitAsync(cancellationToken);
            }

            lock (_lock)
            {
                if (entry.Routes is { } routes)
                {
                    return new(routes, entry.MaxAddresses, () => Release(credential, entry));
                }
            }
        }
        catch
        {
            Release(credential, entry);
            throw;
        }

        Release(credential, entry);
        return null;
    }

    /// <summary>What is known of a device has just failed: the next session asks management again, and uses it only if there is no answer.</summary>
    public void Doubt(Hash256 credential)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(credential, out var entry))
            {
                entry.Doubted = true;
            }
        }
    }

    /// <summary>Drops every device that has a route to a Core.</summary>
    public void ForgetCore(string coreId)
    {
        lock (_lock)
        {
            foreach (var (credential, entry) in _entries)
            {
                if (entry.Routes is { } routes && routes.Any(r => r.CoreId == coreId))
                {
                    _entries.Remove(credential);
                }
            }
        }
    }

    public void Dispose() => _sweep.Dispose();

    private async Task<RouteAnswer> LookUpAsync(Hash256 credential, Entry entry)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // leave the caller's lock first
        var answer = RouteAnswer.Unavailable;
        try
        {
            // Shared by every session that waits for it, so no single one's token may end it.
            answer = await _resolver.ResolveAsync(credential, CancellationToken.None);
        }
        finally
        {
            lock (_lock)
            {
                entry.Lookup = null;
                if (answer.Status != RouteStatus.Unavailable)
                {
                    entry.Routes = answer.Status == RouteStatus.Found ? answer.Routes : null;
                    entry.MaxAddresses = answer.MaxAddresses;
                    entry.ResolvedAt = _time.GetTimestamp();
                    entry.Doubted = false;
                }
            }
        }

        return answer;
    }

    private void Release(Hash256 credential, Entry entry)
    {
        lock (_lock)
        {
            entry.ReleasedAt = _time.GetTimestamp();
            if (--entry.Holders == 0 && (entry.Routes is null || _grace == TimeSpan.Zero))
            {
                Remove(credential, entry);
            }
        }
    }

    private void Sweep()
    {
        lock (_lock)
        {
            foreach (var (credential, entry) in _entries)
            {
                if (entry.Holders == 0 && _time.GetElapsedTime(entry.ReleasedAt) >= _grace)
                {
                    Remove(credential, entry);
                }
            }
        }
    }

    private void Remove(Hash256 credential, Entry entry)
    {
        if (_entries.TryGetValue(credential, out var current) && current == entry)
        {
            _entries.Remove(credential);
        }
    }

    private sealed class Entry
    {
        public int Holders;
        public IReadOnlyList<CoreRoute>? Routes;
        public int MaxAddresses;
        public Task<RouteAnswer>? Lookup;
        public bool Doubted;
        public long ResolvedAt;
        public long ReleasedAt;
    }
}
