using System.Buffers.Binary;
using System.Collections;
using Cellway.Model.Devices;

namespace Cellway.Manager.Routing;

/// <summary>The route ids that one Core is to hold, in order, and which of their shards have changed since somebody last asked.</summary>
internal sealed class CoreRoutes(Func<RouteId, RouteLimits>? limitsOf = null)
{
    /// <summary>Ids are told apart by their first byte.</summary>
    public const int Shards = 256;

    private const int Few = 16; // one by one is quicker

    private readonly Lock _lock = new();
    private readonly BitArray _changed = new(Shards, defaultValue: true);
    private RouteId[] _ids = [];
    private int _count;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    public void Add(RouteId id)
    {
        lock (_lock)
        {
            var at = Array.BinarySearch(_ids, 0, _count, id);
            if (at >= 0)
            {
                return;
            }

            if (_count == _ids.Length)
            {
                Array.Resize(ref _ids, Math.Max(4, _count + (_count / 4) + 1)); // there are many of these: little slack
            }

            Array.Copy(_ids, ~at, _ids, ~at + 1, _count - ~at);
            _ids[~at] = id;
            _count++;
            _changed[id.FirstByte] = true;
        }
    }

    public void Remove(RouteId id)
    {
        lock (_lock)
        {
            var at = Array.BinarySearch(_ids, 0, _count, id);
            if (at >= 0)
            {
                _count--;
                Array.Copy(_ids, at + 1, _ids, at, _count - at);
                _changed[id.FirstByte] = true;
            }
        }
    }

    /// <summary>What the Core is told about the device behind a route.</summary>
    public RouteLimits LimitsOf(RouteId id) => limitsOf?.Invoke(id) ?? default;

    /// <summary>Says that what the Core is told about a route's device has changed.</summary>
    public void Touch(RouteId id)
    {
        lock (_lock)
        {
            _changed[id.FirstByte] = true;
        }
    }

    /// <summary>Whether it may hold more than what its devices need: the rest must be looked for when a device goes.</summary>
    public bool IsLoose { get; set; }

    /// <summary>Many at a time.</summary>
    public void Change(List<RouteId> added, IReadOnlyCollection<RouteId> removed)
    {
        if (added.Count + removed.Count < Few)
        {
            foreach (var id in removed)
            {
                Remove(id);
            }

            added.ForEach(Add);
            return;
        }

        var gone = removed.ToHashSet();
        lock (_lock)
        {
            Become([.. _ids.Take(_count).Where(id => !gone.Contains(id)).Concat(added).Order().Distinct()]);
        }
    }

    public void Replace(IEnumerable<RouteId> ids)
    {
        lock (_lock)
        {
            Become([.. ids.Order()]);
        }
    }

    // Both are in order.
    private void Become(RouteId[] now)
    {
        for (int i = 0, j = 0; i < _count || j < now.Length;)
        {
            var order = i == _count ? 1 : j == now.Length ? -1 : _ids[i].CompareTo(now[j]);
            if (order != 0)
            {
                _changed[order < 0 ? _ids[i].FirstByte : now[j].FirstByte] = true;
            }

            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }

        (_ids, _count) = (now, now.Length);
    }

    /// <summary>The shards that have changed since the last call; all of them at first.</summary>
    public List<byte> TakeChanged()
    {
        lock (_lock)
        {
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

    /// <summary>The ids of one shard, in order.</summary>
    public RouteId[] InShard(byte shard)
    {
        lock (_lock)
        {
            return SpanOf(shard).ToArray();
        }
    }

    /// <summary>The version of a shard; <see langword="null"/> when it is empty.</summary>
    public ulong? VersionOf(byte shard) => VersionOf(InShard(shard));

    /// <summary>A hash of what the Core is told, the same on every replica. Route ids cannot be told from random bytes, so that mixing them is enough.</summary>
    public ulong? VersionOf(IReadOnlyCollection<RouteId> ids)
    {
        if (ids.Count == 0)
        {
            return null;
        }

        var version = (ulong)ids.Count;
        Span<byte> bytes = stackalloc byte[RouteId.Length];
        foreach (var id in ids)
        {
            id.CopyTo(bytes);
            var limits = LimitsOf(id);
            version = RouteScore.Of(RouteScore.Of(version, BinaryPrimitives.ReadUInt64LittleEndian(bytes)), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
            version = RouteScore.Of(RouteScore.Of(version, (ulong)limits.Sessions), (ulong)limits.BytesPerSecond);
        }

        return version == 0 ? 1 : version; // 0 is what a node holds that holds none
    }

    private ReadOnlySpan<RouteId> SpanOf(byte shard)
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

        return _ids.AsSpan(first..end);
    }
}
