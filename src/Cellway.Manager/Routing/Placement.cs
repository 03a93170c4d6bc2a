namespace Cellway.Manager.Routing;

/// <summary>The best Cores of each of a cell's devices, in the order in which the cell's plan has them. Guarded by the table, but for <see cref="Ways"/>.</summary>
internal sealed class Placement
{
    // Below that, what one thread does is done before another has begun.
    private const int WorthSharing = 50_000;

    private volatile Ways _ways = Ways.None;
    private BestCores[] _best = [];
    private int _count;

    /// <summary>The Cores among which they are the best.</summary>
    public Ways Ways => _ways;

    public ReadOnlySpan<BestCores> Best => _best.AsSpan(0, _count);

    public void Add(ulong seed, ulong pin)
    {
        if (_count == _best.Length)
        {
            Array.Resize(ref _best, Math.Max(4, _count + (_count / 4))); // there may be a million: little slack
        }

        _best[_count++] = _ways.Of(seed, pin);
    }

    /// <summary>Takes out the device at a place; the last one takes that place.</summary>
    public void RemoveAt(int place)
    {
        _best[place] = _best[--_count];
        _best[_count] = default;
    }

    public void Clear() => (_best, _count) = ([], 0);

    public Placement Copy() => new() { _ways = _ways, _best = Best.ToArray(), _count = _count };

    /// <summary>Changes the Cores, and the devices that had one of those that left, suit one of those that joined, or go from home or back.</summary>
    /// <param name="now">The Cores from now on.</param>
    /// <param name="pinOf">The pin of the device at a place.</param>
    /// <param name="moved">Is told each place whose device has other Cores now, with those it had; by several threads, each with a number of its own.</param>
    public void Change(Ways now, Func<int, ulong> pinOf, Action<int, int, BestCores>? moved = null)
    {
        var before = _ways;
        _ways = now;
        var (near, far) = (GroupChange.Of(before.Near, now.Near), GroupChange.Of(before.Far, now.Far));
        var workers = _count < WorthSharing ? 1 : Environment.ProcessorCount;
        Parallel.For(0, workers, worker =>
        {
            var last = (int)((long)_count * (worker + 1) / workers);
            for (var place = (int)((long)_count * worker / workers); place < last; place++)
            {
                var had = _best[place];
                var isNear = now.IsNear(had.Device);
                var change = isNear ? near : far;
                if (isNear != before.IsNear(had.Device) || (!isNear && now.FarIsLent != before.FarIsLent) || change.Takes(had))
                {
                    _best[place] = now.Of(had.Device, pinOf(place));
                }
                else if (change.Joined.Length > 0)
                {
                    _best[place].Offer(change.Joined, new(!isNear && now.FarIsLent, pinOf(place)));
                }

                if (moved is not null && !_best[place].IsSameAs(had))
                {
                    moved(worker, place, had);
                }
            }
        });
    }

    private readonly record struct GroupChange(HashSet<PlannedCore> Left, PlannedCore[] Joined)
    {
        public static GroupChange Of(PlannedCore[] before, PlannedCore[] now) => before.AsSpan().SequenceEqual(now)
            ? new([], [])
            : new([.. before.Except(now)], [.. now.Except(before)]);

        public bool Takes(in BestCores had) => Left.Count > 0 && had.HasAny(Left);
    }
}
