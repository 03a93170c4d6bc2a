using System.Collections;
using Cellway.Model.Devices;

namespace Cellway.Manager.Routing;

/// <summary>The route ids that one Core is to hold, in order, and which of their shards have changed since somebody last asked.</summary>
internal sealed class CoreRoutes(Func<RouteId, RouteLimits>? limitsOf = null)
{
    /// <summary>Ids are told apart by their first byte.</summary>
    public const int Shards = 256;

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

    public void Replace(IEnumerable<RouteId> ids)
    {
        lock (_lock)
        {
            RouteId[] now = [.. ids.Order()];
            foreach (var id in now.Except(_ids.Take(_count)).Concat(_ids.Take(_count).Except(now)))
            {
                _changed[id.FirstByte] = true;
            }

            (_ids, _count) = (now, now.Length);
        }
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
            Span<byte> lowest = stackalloc byte[RouteId.Length];
            lowest[0] = shard;
            var first = Array.BinarySearch(_ids, 0, _count, new RouteId(lowest));
            first = first < 0 ? ~first : first;
            var end = first;
            while (end < _count && _ids[end].FirstByte == shard)
            {
                end++;
            }

            return _ids[first..end];
        }
    }
}
