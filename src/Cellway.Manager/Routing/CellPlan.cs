namespace Cellway.Manager.Routing;

/// <summary>The Cores of one cell's devices, and which of them each device has. Guarded by the table, but for <see cref="Ways"/>.</summary>
internal sealed class CellPlan
{
    // Below that, what one thread does is done before another has begun.
    private const int WorthSharing = 50_000;

    private readonly Dictionary<int, ulong> _pins = [];
    private volatile Ways _ways = Ways.None;
    private PlacedDevice[] _devices = [];
    private int _count;

    /// <summary>Whether the cell carries devices.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether devices may have routes at Cores where they no longer belong: their sessions there go on.</summary>
    public bool IsLoose { get; set; }

    public Ways Ways => _ways;

    public ReadOnlySpan<PlacedDevice> Devices => _devices.AsSpan(0, _count);

    /// <summary>The seed of the Core that a device is pinned to; 0 for none.</summary>
    public ulong PinOf(int slot) => _pins.Count == 0 ? 0 : _pins.GetValueOrDefault(slot);

    /// <returns>Where it stands now.</returns>
    public int Add(int slot, ulong seed, ulong pin)
    {
        if (_count == _devices.Length)
        {
            Array.Resize(ref _devices, Math.Max(4, _count + (_count / 4))); // there may be a million: little slack
        }

        if (pin != 0)
        {
            _pins[slot] = pin;
        }

        _devices[_count] = new(slot, _ways.Of(seed, pin));
        return _count++;
    }

    /// <summary>Takes out the device at a place; the last one takes that place.</summary>
    /// <returns>The slot of the device that has moved there, or -1.</returns>
    public int RemoveAt(int place)
    {
        _pins.Remove(_devices[place].Slot);
        _count--;
        _devices[place] = _devices[_count];
        _devices[_count] = default;
        return place < _count ? _devices[place].Slot : -1;
    }

    public void Clear()
    {
        (_devices, _count) = ([], 0);
        _pins.Clear();
    }

    /// <summary>Changes the Cores, and the devices that had one of those that left, suit one of those that joined, or go from home or back.</summary>
    /// <param name="now">The Cores from now on.</param>
    /// <param name="moved">Is told each device that has other Cores now, with those it had; by several threads, each with a number of its own.</param>
    public void Change(Ways now, Action<int, PlacedDevice, BestCores> moved)
    {
        var before = _ways;
        _ways = now;
        var (near, far) = (GroupChange.Of(before.Near, now.Near), GroupChange.Of(before.Far, now.Far));
        var workers = _count < WorthSharing ? 1 : Environment.ProcessorCount;
        Parallel.For(0, workers, worker =>
        {
            var last = (int)((long)_count * (worker + 1) / workers);
            for (var i = (int)((long)_count * worker / workers); i < last; i++)
            {
                ref var device = ref _devices[i];
                var had = device.Cores;
                var isNear = now.IsNear(had.Device);
                var change = isNear ? near : far;
                if (isNear != before.IsNear(had.Device) || (!isNear && now.FarIsLent != before.FarIsLent) || change.Takes(had))
                {
                    device = device with { Cores = now.Of(had.Device, PinOf(device.Slot)) };
                }
                else if (change.Joined.Length > 0)
                {
                    var cores = had;
                    foreach (var core in change.Joined)
                    {
                        cores.Offer(core, new(!isNear && now.FarIsLent, PinOf(device.Slot)));
                    }

                    device = device with { Cores = cores };
                }

                if (!device.Cores.IsSameAs(had))
                {
                    moved(worker, device, had);
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

/// <summary>A device with the Cores that serve it.</summary>
internal readonly record struct PlacedDevice(int Slot, BestCores Cores);
