namespace Cellway.Manager.Routing;

/// <summary>The Cores of one cell, and which of them each of its devices has. Guarded by the table, but for <see cref="Active"/>.</summary>
internal sealed class CellPlan
{
    private readonly List<PlannedCore> _draining = [];
    private volatile PlannedCore[] _active = [];
    private PlacedDevice[] _devices = [];
    private int _count;

    /// <summary>Whether the cell carries devices.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether anything has changed since somebody last said that it had not.</summary>
    public bool IsChanged { get; set; }

    /// <summary>The Cores that take new sessions.</summary>
    public PlannedCore[] Active => _active;

    public IReadOnlyList<PlannedCore> Draining => _draining;

    public ReadOnlySpan<PlacedDevice> Devices => _devices.AsSpan(0, _count);

    /// <returns>Where it stands now.</returns>
    public int Add(int slot, ulong seed)
    {
        if (_count == _devices.Length)
        {
            Array.Resize(ref _devices, Math.Max(4, _count + (_count / 4))); // there may be a million: little slack
        }

        IsChanged = true;
        _devices[_count] = new(slot, BestCores.Of(seed, _active));
        return _count++;
    }

    /// <summary>Takes out the device at a place; the last one takes that place.</summary>
    /// <returns>The slot of the device that has moved there, or -1.</returns>
    public int RemoveAt(int place)
    {
        IsChanged = true;
        _count--;
        _devices[place] = _devices[_count];
        _devices[_count] = default;
        return place < _count ? _devices[place].Slot : -1;
    }

    public void Clear() => (_devices, _count, IsChanged) = ([], 0, true);

    /// <summary>Changes the Cores, and the devices that have one of those that left or suit one of those that joined.</summary>
    /// <param name="left">No longer there.</param>
    /// <param name="joined">New.</param>
    /// <param name="moved">Is told each device that has other Cores now, with those it had.</param>
    public void Move(HashSet<PlannedCore> left, IReadOnlyCollection<PlannedCore> joined, Action<PlacedDevice, BestCores> moved)
    {
        IsChanged = true;
        _draining.RemoveAll(left.Contains);
        _draining.AddRange(joined.Where(c => c.IsDraining));
        PlannedCore[] comers = [.. joined.Where(c => !c.IsDraining)];
        _active = [.. _active.Where(c => !left.Contains(c)), .. comers];
        for (var i = 0; i < _count; i++)
        {
            ref var device = ref _devices[i];
            var before = device.Cores;
            if (before.HasAny(left))
            {
                device = device with { Cores = BestCores.Of(before.Device, _active) };
            }
            else
            {
                var now = before;
                foreach (var core in comers)
                {
                    now.Offer(core);
                }

                device = device with { Cores = now };
            }

            if (device.Cores.First != before.First || device.Cores.Second != before.Second || device.Cores.Third != before.Third)
            {
                moved(device, before);
            }
        }
    }
}

/// <summary>A device with the Cores that serve it.</summary>
internal readonly record struct PlacedDevice(int Slot, BestCores Cores);
