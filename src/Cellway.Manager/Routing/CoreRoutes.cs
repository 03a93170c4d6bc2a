using System.Buffers.Binary;
using System.Collections;
using Cellway.Model.Devices;

namespace Cellway.Manager.Routing;

/// <summary>The devices that one Core is to know, by the shards that their routes are told in.</summary>
/// <remarks>
/// A device that comes and goes again before anybody looks costs a note and no cipher: while Cores come one after another, most do. Of a route id
/// only the first byte is kept, because there are three million of them in a large network: the rest is made when a shard is read.
/// </remarks>
internal sealed class CoreRoutes(RouteMaker maker)
{
    /// <summary>A route is in the shard of its id's first byte.</summary>
    public const int Shards = 256;

    private const int Few = 16; // one by one is quicker
    private const int LeastNotes = 64;

    private readonly Lock _lock = new();
    private readonly BitArray _changed = new(Shards, defaultValue: true);
    private Dictionary<int, bool>? _notes; // by slot: whether it is to be known; made anew even if it is
    private byte[] _shards = []; // in order
    private int[] _slots = []; // of the devices in them
    private int _count;

    /// <summary>The Core as it stands, while it is there.</summary>
    public PlannedCore? Core { get; private set; }

    /// <summary>Says whose they are.</summary>
    /// <returns>Whether they are another's than before, and therefore none.</returns>
    public bool BelongTo(PlannedCore? core)
    {
        lock (_lock)
        {
            var isOther = Core is not null && core?.HasRoutesOf(Core) != true;
            Core = core;
            if (isOther)
            {
                foreach (var shard in _shards.AsSpan(0, _count))
                {
                    _changed[shard] = true;
                }

                (_shards, _slots, _count, _notes) = ([], [], 0, null);
            }

            return isOther;
        }
    }

    /// <summary>The device in a slot is to be known.</summary>
    public void Add(int slot) => Note(slot, true);

    /// <summary>It is not any more.</summary>
    public void Remove(int slot)
    {
        lock (_lock)
        {
            Note(slot, false);
            if (_notes!.Count > Math.Max(LeastNotes, _count))
            {
                Forget(_notes);
                foreach (var (gone, _) in _notes.Where(n => !n.Value).ToList())
                {
                    _notes.Remove(gone);
                }
            }
        }
    }

    /// <summary>What the Core is told about the device in a slot has changed, if it knows it.</summary>
    public void Renew(int slot)
    {
        lock (_lock)
        {
            if (_slots.AsSpan(0, _count).IndexOf(slot) is >= 0 and var at)
            {
                _changed[_shards[at]] = true;
            }
        }
    }

    /// <summary>These and no others are to be known.</summary>
    public void Replace(List<int> slots)
    {
        lock (_lock)
        {
            var wanted = slots.ToHashSet();
            var notes = new Dictionary<int, bool>();
            foreach (var held in _slots.AsSpan(0, _count))
            {
                if (!wanted.Remove(held))
                {
                    notes[held] = false;
                }
                else if (_notes?.ContainsKey(held) == true)
                {
                    notes[held] = true; // it may be another device by now
                }
            }

            foreach (var fresh in wanted)
            {
                notes[fresh] = true;
            }

            _notes = notes;
        }
    }

    /// <summary>The shards that have changed since the last call; all of them at first.</summary>
    public List<byte> TakeChanged()
    {
        lock (_lock)
        {
            Settle();
            List<byte> changed = [];
            for (var shard = 0; shard < Shards; shard++)
            {
                if (_changed[shard])
                {
                    changed.Add((byte)shard);
                }
            }

            _changed.SetAll(false);
            return changed;
        }
    }

    /// <summary>The routes of one shard, in the order of their ids.</summary>
    public ToldRoute[] Read(byte shard)
    {
        lock (_lock)
        {
            Settle();
            var (first, end) = RangeOf(shard);
            return first == end ? [] : [.. Make(_slots.AsSpan(first, end - first)).Where(m => m.Shard == shard).Select(m => m.Route)];
        }
    }

    /// <summary>All routes, in the order of their ids, made at once, for a Core that has just come. Nothing has changed then but what changes later.</summary>
    public ToldRoute[] ReadAll()
    {
        lock (_lock)
        {
            List<MadeRoute> made;
            if (_count == 0 && _notes is { Count: > Few } notes)
            {
                _notes = null;
                made = MakeNoted(notes);
                Merge(made);
            }
            else
            {
                Settle();
                made = Make(_slots.AsSpan(0, _count));
            }

            _changed.SetAll(false);
            return [.. made.Select(m => m.Route)];
        }
    }

    /// <summary>The version of a shard, a hash of what is in it and the same on every replica; <see langword="null"/> for nothing.</summary>
    public static ulong? VersionOf(ReadOnlySpan<ToldRoute> shard)
    {
        if (shard.Length == 0)
        {
            return null;
        }

        var version = (ulong)shard.Length;
        foreach (var route in shard)
        {
            version = Mix(version, route);
        }

        return Math.Max(1, version); // 0 is what a node holds that holds none
    }

    // Route ids cannot be told from random bytes, so that mixing them is enough.
    private static ulong Mix(ulong version, in ToldRoute route)
    {
        Span<byte> bytes = stackalloc byte[RouteId.Length];
        route.Id.CopyTo(bytes);
        version = RouteScore.Of(RouteScore.Of(version, BinaryPrimitives.ReadUInt64LittleEndian(bytes)), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
        return RouteScore.Of(RouteScore.Of(version, (ulong)route.Limits.Sessions), (ulong)route.Limits.BytesPerSecond);
    }

    private void Note(int slot, bool isKnown)
    {
        lock (_lock)
        {
            (_notes ??= [])[slot] = isKnown;
        }
    }

    private void Settle()
    {
        if (_notes is not { Count: > 0 } notes)
        {
            return;
        }

        _notes = null;
        var made = MakeNoted(notes);
        if (notes.Count <= Few)
        {
            foreach (var slot in notes.Keys)
            {
                TakeOut(slot);
            }

            made.ForEach(PutIn);
            return;
        }

        Forget(notes);
        Merge(made);
    }

    private void TakeOut(int slot)
    {
        if (_slots.AsSpan(0, _count).IndexOf(slot) is >= 0 and var at)
        {
            _changed[_shards[at]] = true;
            _count--;
            Array.Copy(_shards, at + 1, _shards, at, _count - at);
            Array.Copy(_slots, at + 1, _slots, at, _count - at);
        }
    }

    private void PutIn(MadeRoute device)
    {
        if (_count == _slots.Length)
        {
            var room = Math.Max(4, _count + (_count / 4) + 1); // there are many of these: little slack
            Array.Resize(ref _shards, room);
            Array.Resize(ref _slots, room);
        }

        var (at, _) = RangeOf(device.Shard);
        Array.Copy(_shards, at, _shards, at + 1, _count - at);
        Array.Copy(_slots, at, _slots, at + 1, _count - at);
        (_shards[at], _slots[at]) = (device.Shard, device.Slot);
        _count++;
        _changed[device.Shard] = true;
    }

    // Takes out every device that a note is about.
    private void Forget(Dictionary<int, bool> notes)
    {
        var kept = 0;
        for (var at = 0; at < _count; at++)
        {
            if (notes.ContainsKey(_slots[at]))
            {
                _changed[_shards[at]] = true;
            }
            else
            {
                (_shards[kept], _slots[kept]) = (_shards[at], _slots[at]);
                kept++;
            }
        }

        _count = kept;
    }

    private void Merge(List<MadeRoute> made)
    {
        var (shards, slots) = (new byte[_count + made.Count], new int[_count + made.Count]);
        for (int held = 0, fresh = 0, to = 0; to < slots.Length; to++)
        {
            if (fresh == made.Count || (held < _count && _shards[held] < made[fresh].Shard))
            {
                (shards[to], slots[to]) = (_shards[held], _slots[held]);
                held++;
            }
            else
            {
                (shards[to], slots[to]) = (made[fresh].Shard, made[fresh].Slot);
                fresh++;
                _changed[shards[to]] = true;
            }
        }

        (_shards, _slots, _count) = (shards, slots, slots.Length);
    }

    private List<MadeRoute> MakeNoted(Dictionary<int, bool> notes) => Make([.. notes.Where(n => n.Value).Select(n => n.Key)]);

    private List<MadeRoute> Make(ReadOnlySpan<int> slots) => slots.Length == 0 ? [] : maker.Make(Core!, slots);

    private (int First, int End) RangeOf(byte shard)
    {
        var held = _shards.AsSpan(0, _count);
        var at = held.BinarySearch(shard);
        if (at < 0)
        {
            return (~at, ~at);
        }

        var (first, end) = (at, at + 1);
        while (first > 0 && held[first - 1] == shard)
        {
            first--;
        }

        while (end < _count && held[end] == shard)
        {
            end++;
        }

        return (first, end);
    }
}
