using System.Buffers.Binary;
using System.Collections;
using Cellway.Manager.View;
using Cellway.Model.Devices;

namespace Cellway.Manager.Routing;

/// <summary>The devices that one Core is to know, and their route ids in order, which are made when somebody wants to see them.</summary>
/// <remarks>A device that comes and goes again before anybody looks costs a note and no cipher: while Cores come one after another, most do.</remarks>
internal sealed class CoreRoutes(RouteIds ids, Func<AccountTable> accounts)
{
    /// <summary>Ids are told apart by their first byte.</summary>
    public const int Shards = 256;

    private const int Few = 16; // one by one is quicker
    private const int LeastNotes = 64;
    private const int Together = 64; // ids made at a time

    private readonly Lock _lock = new();
    private readonly BitArray _changed = new(Shards, defaultValue: true);
    private Dictionary<int, bool>? _notes; // by slot: whether it is to be known; made anew even if it is
    private RouteId[] _ids = [];
    private int[] _slots = []; // of the ids
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
                Take(_ids.AsSpan(0, _count));
                (_ids, _slots, _count, _notes) = ([], [], 0, null);
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
                _changed[_ids[at].FirstByte] = true;
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

    /// <summary>The routes of one shard, in the order of their ids, and their version; <see langword="null"/> when there is none.</summary>
    public ulong? Read(byte shard, List<ToldRoute>? into)
    {
        lock (_lock)
        {
            Settle();
            var (first, end) = RangeOf(shard);
            var devices = accounts();
            var version = (ulong)(end - first);
            for (var at = first; at < end; at++)
            {
                ToldRoute route = new(_ids[at], devices.Limited > 0 && devices.FindAt(_slots[at]) is { } device ? new(device.Sessions, device.BytesPerSecond) : default);
                version = Mix(version, route);
                into?.Add(route);
            }

            return end == first ? null : Math.Max(1, version); // 0 is what a node holds that holds none
        }
    }

    // The same on every replica. Route ids cannot be told from random bytes, so that mixing them is enough.
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
        var made = Make([.. notes.Where(n => n.Value).Select(n => n.Key)]);
        if (notes.Count <= Few)
        {
            SettleFew(notes, made);
            return;
        }

        Forget(notes);
        Merge(made);
    }

    private void SettleFew(Dictionary<int, bool> notes, List<(RouteId Id, int Slot)> made)
    {
        foreach (var slot in notes.Keys)
        {
            if (_slots.AsSpan(0, _count).IndexOf(slot) is >= 0 and var at && !made.Contains((_ids[at], slot)))
            {
                _changed[_ids[at].FirstByte] = true;
                _count--;
                Array.Copy(_ids, at + 1, _ids, at, _count - at);
                Array.Copy(_slots, at + 1, _slots, at, _count - at);
            }
        }

        foreach (var (id, slot) in made)
        {
            if (Array.BinarySearch(_ids, 0, _count, id) is < 0 and var at)
            {
                if (_count == _ids.Length)
                {
                    var room = Math.Max(4, _count + (_count / 4) + 1); // there are many of these: little slack
                    Array.Resize(ref _ids, room);
                    Array.Resize(ref _slots, room);
                }

                Array.Copy(_ids, ~at, _ids, ~at + 1, _count - ~at);
                Array.Copy(_slots, ~at, _slots, ~at + 1, _count - ~at);
                (_ids[~at], _slots[~at]) = (id, slot);
                _count++;
                _changed[id.FirstByte] = true;
            }
        }
    }

    // Takes out every device that a note is about.
    private void Forget(Dictionary<int, bool> notes)
    {
        var kept = 0;
        for (var at = 0; at < _count; at++)
        {
            if (notes.ContainsKey(_slots[at]))
            {
                _changed[_ids[at].FirstByte] = true;
            }
            else
            {
                (_ids[kept], _slots[kept]) = (_ids[at], _slots[at]);
                kept++;
            }
        }

        _count = kept;
    }

    private void Merge(List<(RouteId Id, int Slot)> made)
    {
        made.Sort((a, b) => a.Id.CompareTo(b.Id));
        var (allIds, allSlots) = (new RouteId[_count + made.Count], new int[_count + made.Count]);
        for (int held = 0, fresh = 0, to = 0; to < allIds.Length; to++)
        {
            if (fresh == made.Count || (held < _count && _ids[held] < made[fresh].Id))
            {
                (allIds[to], allSlots[to]) = (_ids[held], _slots[held]);
                held++;
            }
            else
            {
                (allIds[to], allSlots[to]) = made[fresh++];
                _changed[allIds[to].FirstByte] = true;
            }
        }

        (_ids, _slots, _count) = (allIds, allSlots, allIds.Length);
    }

    private List<(RouteId Id, int Slot)> Make(List<int> wanted)
    {
        List<(RouteId, int)> made = new(wanted.Count);
        var devices = accounts();
        Span<RouteId> some = stackalloc RouteId[Together];
        List<(DeviceRow Row, int Slot)> rows = new(Math.Min(Together, wanted.Count));
        for (var i = 0; i < wanted.Count; i++)
        {
            if (devices.FindAt(wanted[i]) is { } row)
            {
                rows.Add((row, wanted[i])); // else it has just gone, and somebody is about to say so
            }

            if (rows.Count == Together || i == wanted.Count - 1)
            {
                ids.Of(rows, Core!, some);
                for (var j = 0; j < rows.Count; j++)
                {
                    made.Add((some[j], rows[j].Slot));
                }

                rows.Clear();
            }
        }

        return made;
    }

    private void Take(ReadOnlySpan<RouteId> gone)
    {
        foreach (var id in gone)
        {
            _changed[id.FirstByte] = true;
        }
    }

    private (int First, int End) RangeOf(byte shard)
    {
        Span<byte> lowest = stackalloc byte[RouteId.Length];
        lowest[0] = shard;
        var first = Array.BinarySearch(_ids, 0, _count, new RouteId(lowest));
        first = first < 0 ? ~first : first;
        var end = first;
        while (end < _count && _ids[end].FirstByte == shard)
        {
            end++;
        }

        return (first, end);
    }
}
