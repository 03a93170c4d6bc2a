namespace Cellway.Manager.Routing;

/// <summary>The devices of one cell and the Cores that each of them has. Guarded by the table.</summary>
internal sealed class CellPlan
{
    private readonly Dictionary<int, ulong> _pins = [];
    private readonly Func<int, ulong> _pinAt;
    private int[] _slots = [];
    private int _count;

    public CellPlan() => _pinAt = PinAt;

    /// <summary>Whether the cell carries devices.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether devices may have routes at Cores where they no longer belong: their sessions there go on.</summary>
    public bool IsLoose { get; set; }

    /// <summary>Where devices go.</summary>
    public Placement Now { get; } = new();

    /// <summary>Where they would go if all of the cell's Cores took sessions that do not drain; <see langword="null"/> while all of them do.</summary>
    public Placement? Whole { get; private set; }

    /// <summary>In which slot of the accounts each device is, by its place here.</summary>
    public ReadOnlySpan<int> Slots => _slots.AsSpan(0, _count);

    /// <summary>The seed of the Core that the device at a place is pinned to; 0 for none.</summary>
    public ulong PinAt(int place) => _pins.Count == 0 ? 0 : _pins.GetValueOrDefault(_slots[place]);

    /// <returns>The device's place.</returns>
    public int Add(int slot, ulong seed, ulong pin)
    {
        if (_count == _slots.Length)
        {
            Array.Resize(ref _slots, Math.Max(4, _count + (_count / 4)));
        }

        if (pin != 0)
        {
            _pins[slot] = pin;
        }

        Now.Add(seed, pin);
        Whole?.Add(seed, pin);
        _slots[_count] = slot;
        return _count++;
    }

    /// <summary>Takes out the device at a place; the last one takes that place.</summary>
    /// <returns>The slot of the device that has moved there, or -1.</returns>
    public int RemoveAt(int place)
    {
        _pins.Remove(_slots[place]);
        Now.RemoveAt(place);
        Whole?.RemoveAt(place);
        _slots[place] = _slots[--_count];
        return place < _count ? _slots[place] : -1;
    }

    public void Clear()
    {
        (_slots, _count) = ([], 0);
        _pins.Clear();
        Now.Clear();
        Whole = null;
    }

    /// <summary>Says which Cores the cell has, and among which its devices have theirs.</summary>
    /// <param name="own">The cell's own, in order.</param>
    /// <param name="now">Where devices go from now on.</param>
    /// <param name="moved">See <see cref="Placement.Change"/>.</param>
    public void Change(PlannedCore[] own, Ways now, Action<int, int, BestCores> moved)
    {
        if (Array.TrueForAll(own, c => c.Standing == CoreStanding.Usable))
        {
            Whole = null;
        }
        else
        {
            Whole ??= Now.Copy(); // nearly what it will be
            Ways all = new([.. own.Where(c => c.Standing != CoreStanding.Draining)], [], false, Ways.Whole);
            if (!all.IsSameAs(Whole.Ways))
            {
                Whole.Change(all, _pinAt);
            }
        }

        if (!now.IsSameAs(Now.Ways))
        {
            Now.Change(now, _pinAt, moved);
        }
    }

    /// <summary>The devices that a Core takes, or that it would if it took any: what it may have carried before.</summary>
    public List<int> DevicesOf(PlannedCore core)
    {
        List<int> slots = [];
        for (var place = 0; place < _count; place++)
        {
            if (Now.Best[place].Has(core) || (core.Standing != CoreStanding.Usable && Whole is not null && IsMeantFor(core, place)))
            {
                slots.Add(_slots[place]);
            }
        }

        return slots;
    }

    private bool IsMeantFor(PlannedCore core, int place)
    {
        ref readonly var best = ref Whole!.Best[place];
        return core.Standing == CoreStanding.Draining ? best.WouldTake(core, new(false, PinAt(place))) : best.Has(core);
    }
}
