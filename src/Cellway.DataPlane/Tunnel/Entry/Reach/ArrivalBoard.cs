using System.Collections.Concurrent;

namespace Cellway.DataPlane.Tunnel.Entry.Reach;

/// <summary>Counts the clients that come in, by the cell whose service name they asked for.</summary>
internal sealed class ArrivalBoard : IDisposable
{
    private readonly ConcurrentDictionary<string, Watched> _cells = new(StringComparer.Ordinal);
    private readonly ReachOptions _options;
    private readonly Func<bool> _isWell;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private volatile EntrySnapshot? _snapshot;

    public ArrivalBoard(ReachOptions options, Func<bool> isWell, TimeProvider time)
    {
        (_options, _isWell, _time) = (options, isWell, time);
        _timer = time.CreateTimer(static board => ((ArrivalBoard)board!).EndWindow(), this, options.ArrivalWindow, options.ArrivalWindow);
    }

    /// <summary>Some verdict is another one, or gone.</summary>
    public event Action? Changed;

    /// <summary>A client that the network knows has come in on this path.</summary>
    public void Arrived(string path)
    {
        if (_snapshot?.CellOf(path) is { } cell && _cells.TryGetValue(cell.CellId, out var watched))
        {
            Interlocked.Increment(ref watched.Count);
        }
    }

    /// <summary>Takes in the cells that are served here now.</summary>
    public void Apply(EntrySnapshot snapshot)
    {
        foreach (var cell in snapshot.Cells)
        {
            _cells.AddOrUpdate(
                cell.CellId,
                _ => new(cell.EntryDomain, _options),
                (_, old) => old.EntryDomain == cell.EntryDomain ? old : new(cell.EntryDomain, _options));
        }

        var gone = _cells.Keys.Except(snapshot.Cells.Select(c => c.CellId)).ToList();
        gone.ForEach(id => _cells.TryRemove(id, out _));
        _snapshot = snapshot;
        if (gone.Count > 0)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>Every verdict there is.</summary>
    public IReadOnlyList<ArrivalsFinding> Findings() =>
    [
        .. _cells.Where(c => c.Value.Judge.Arrivals is not null)
            .Select(c => new ArrivalsFinding(c.Key, c.Value.EntryDomain, c.Value.Judge.Arrivals!.Value, _time.GetElapsedTime(c.Value.Since))),
    ];

    public void Dispose() => _timer.Dispose();

    private void EndWindow()
    {
        var isWell = _isWell();
        var changed = false;
        foreach (var (_, cell) in _cells)
        {
            if (cell.Judge.Note(Interlocked.Exchange(ref cell.Count, 0), isWell))
            {
                cell.Since = _time.GetTimestamp();
                changed = true;
            }
        }

        if (changed)
        {
            Changed?.Invoke();
        }
    }

    private sealed class Watched(string entryDomain, ReachOptions options)
    {
        public int Count;

        public string EntryDomain { get; } = entryDomain;

        public ArrivalJudge Judge { get; } = new(options.MinArrivals, options.CollapsedShare);

        public long Since { get; set; }
    }
}
