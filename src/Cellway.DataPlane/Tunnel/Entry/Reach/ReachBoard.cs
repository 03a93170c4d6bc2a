using System.Collections.Concurrent;
using System.Security.Cryptography;
using Cellway.DataPlane.Http2;
using Cellway.Model.Health;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Entry.Reach;

/// <summary>Which of the Cores in use carry sessions. Sessions keep it up to date as they go, and tries fill in what they leave open.</summary>
internal sealed class ReachBoard : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    // Until the next try of a Core in doubt without a connection; over one that is silent a try takes long enough.
    private static readonly TimeSpan UndecidedPause = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan SilentSiblingAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, WatchedCore> _cores = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<WatchedCore, byte> _running = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ReachOptions _options;
    private readonly ICorePools _pools;
    private readonly CoreTry _try;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public ReachBoard(ReachOptions options, ICorePools pools, Func<CoreRoute, string?> nameOf, Http2Sweeper sweeper, ILogger logger)
    {
        (_options, _pools, _logger, _time) = (options, pools, logger, sweeper.Time);
        _try = new(options, nameOf, sweeper);
        _timer = _time.CreateTimer(static board => ((ReachBoard)board!).Look(), this, LookEvery, LookEvery);
    }

    /// <summary>Some verdict is another one, or gone.</summary>
    public event Action? Changed;

    /// <summary>Whether any Core in use carries sessions, as far as is known.</summary>
    public bool IsWell => _cores.IsEmpty || _cores.Values.Any(c => !c.CarriesNothing);

    /// <summary>Every verdict there is.</summary>
    public IReadOnlyList<CoreFinding> Findings() => [.. _cores.Values.Select(c => c.Finding(_time)).OfType<CoreFinding>()];

    /// <summary>Whether sessions to the route's Core are not worth trying while there is another one.</summary>
    public bool CarriesNothing(CoreRoute route) => _cores.TryGetValue(route.CoreId, out var core) && core.CarriesNothing;

    /// <summary>The routes as they are worth trying: those whose Cores are known to carry nothing come last, for they may be all there is.</summary>
    public IEnumerable<CoreRoute> BestFirst(IReadOnlyList<CoreRoute> routes)
    {
        for (var i = 0; i < routes.Count; i++)
        {
            if (CarriesNothing(routes[i]))
            {
                return routes.OrderBy(CarriesNothing);
            }
        }

        return routes; // as nearly always
    }

    /// <summary>A Core has taken a session.</summary>
    public void Taken(CoreRoute route)
    {
        var core = Watch(route);
        core.UsedAt = _time.GetTimestamp();
        if (core.NoteTaken(_time))
        {
            Changed?.Invoke();
        }
    }

    /// <summary>A session could not be opened, or its connection was lost: the Core is tried at once.</summary>
    public void Doubt(CoreRoute route)
    {
        var core = Watch(route);
        core.UsedAt = _time.GetTimestamp();
        core.IsInDoubt = true;
        if (!core.CarriesNothing)
        {
            TryStart(core);
            TrySilentOnesOf(core.Key.ExitDomain);
        }
    }

    /// <summary>The same for a Core whose connection was lost between sessions.</summary>
    public void Doubt(CoreKey key)
    {
        if (_cores.TryGetValue(key.CoreId, out var core) && core.Key == key && !core.CarriesNothing)
        {
            core.IsInDoubt = true;
            TryStart(core);
        }
    }

    /// <summary>The same because management says so.</summary>
    public void Doubt(string coreId)
    {
        if (_cores.TryGetValue(coreId, out var core))
        {
            Doubt(core.Key);
        }
    }

    /// <summary>Tries a Core now because management asks.</summary>
    /// <returns><see langword="null"/> when all was well, else what was wrong.</returns>
    public async Task<TryResult> TryAsync(CoreRoute route, CancellationToken cancellationToken)
    {
        var core = Watch(route);
        var result = await _try.RunAsync(_pools.Get(route), route, full: true, cancellationToken);
        Note(core, result, full: true);
        return result;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _timer.Dispose();
    }

    private WatchedCore Watch(CoreRoute route)
    {
        var key = CoreKey.Of(route);
        if (!_cores.TryGetValue(route.CoreId, out var core)) // of every session: for a Core that is known nothing is made
        {
            core = _cores.GetOrAdd(route.CoreId, Begin(key, route));
        }

        if (core.Key == key)
        {
            core.Route = route; // with the newest service name
            return core;
        }

        var moved = Begin(key, route); // with another key or address it is another Core
        _cores.TryUpdate(route.CoreId, moved, core);
        return moved;
    }

    private WatchedCore Begin(CoreKey key, CoreRoute route) => new(key, route, _options.InARow, _time.GetTimestamp());

    private void Look()
    {
        var now = _time.GetTimestamp();
        foreach (var (id, core) in _cores)
        {
            if (_running.ContainsKey(core))
            {
                continue;
            }

            if (IsForgotten(core, now))
            {
                if (_cores.TryRemove(new(id, core)) && core.Finding(_time) is not null)
                {
                    Changed?.Invoke();
                }
            }
            else if (IsDue(core, now))
            {
                TryStart(core);
            }
        }
    }

    private bool IsForgotten(WatchedCore core, long now) =>
        _time.GetElapsedTime(core.UsedAt, now) > (core.CarriesNothing ? _options.ForgetAfter : _options.UsedWithin);

    private bool IsDue(WatchedCore core, long now)
    {
        var sinceTry = core.TriedAt == 0 ? TimeSpan.MaxValue : _time.GetElapsedTime(core.TriedAt, now);
        if (core.CarriesNothing)
        {
            return sinceTry >= _options.RetryEvery;
        }

        var pool = _pools.Find(core.Key);
        if (core.IsInDoubt)
        {
            return sinceTry >= UndecidedPause || pool is { Connections: > 0 };
        }

        return pool is { Connections: > 0 }
            && (IsFullDue(core, now) || (sinceTry >= core.Pause && pool.SilentFor >= core.Pause));
    }

    // Who blocks a name blocks it for all its Cores. Those that have been silent too are tried now, over the connections they have.
    private void TrySilentOnesOf(string exitDomain)
    {
        var now = _time.GetTimestamp();
        foreach (var core in _cores.Values.Where(c => c.Key.ExitDomain == exitDomain && !c.CarriesNothing))
        {
            if (_pools.Find(core.Key) is { Connections: > 0 } pool
                && pool.SilentFor >= SilentSiblingAfter
                && (core.TriedAt == 0 || _time.GetElapsedTime(core.TriedAt, now) >= UndecidedPause))
            {
                core.IsInDoubt = true;
                TryStart(core);
            }
        }
    }

    private bool IsFullDue(WatchedCore core, long now) => core.FullAt == 0 || _time.GetElapsedTime(core.FullAt, now) >= _options.FullEvery;

    private void TryStart(WatchedCore core)
    {
        if (_running.Count >= _options.AtOnce || _stop.IsCancellationRequested)
        {
            return; // at the next look
        }

        if (_running.TryAdd(core, 0))
        {
            _ = RunAsync(core);
        }
    }

    private async Task RunAsync(WatchedCore core)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // leave the caller's locks first
        try
        {
            var full = core.IsInDoubt || core.CarriesNothing || IsFullDue(core, _time.GetTimestamp());
            Note(core, await _try.RunAsync(_pools.Get(core.Route), core.Route, full, _stop.Token), full);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The Entry stops.
        }
        catch (Exception e)
        {
            EntryLog.Unexpected(_logger, e);
        }
        finally
        {
            _running.TryRemove(core, out _);
        }
    }

    private void Note(WatchedCore core, TryResult result, bool full)
    {
        core.TriedAt = _time.GetTimestamp();
        core.Pause = _options.Every - (_options.Every * (RandomNumberGenerator.GetInt32(200) / 1000.0));
        if (result.Reach is not { } seen)
        {
            core.IsInDoubt |= _pools.Find(core.Key) is { Connections: > 0 }; // they do not answer
            return;
        }

        core.IsInDoubt = false;
        core.FullAt = full ? core.TriedAt : core.FullAt;
        if (!core.Note(seen, result.Milliseconds, _time))
        {
            return;
        }

        EntryLog.ReachChanged(_logger, core.Route.CoreId, seen);
        if (!seen.Carries())
        {
            _pools.Find(core.Key)?.GiveUp(); // who waits there goes on to the next Core, and who hangs there ends
            TrySilentOnesOf(core.Key.ExitDomain);
        }

        Changed?.Invoke();
    }
}
