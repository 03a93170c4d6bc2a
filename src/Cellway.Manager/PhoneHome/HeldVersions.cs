namespace Cellway.Manager.PhoneHome;

/// <summary>Which version of each resource a node holds. Ten thousand nodes have one each: shards of routes are an array and not a dictionary.</summary>
internal sealed class HeldVersions
{
    private readonly Dictionary<string, ulong> _others = new(StringComparer.Ordinal);
    private ulong[]? _shards; // 0: not held

    public HeldVersions(IEnumerable<KeyValuePair<string, ulong>> held)
    {
        foreach (var (name, version) in held)
        {
            Set(name, version);
        }
    }

    public bool IsEmpty => _others.Count == 0 && (_shards is null || Array.TrueForAll(_shards, v => v == 0));

    public IEnumerable<string> Names =>
        _others.Keys.Concat(RouteShards.All.Where((_, shard) => _shards is not null && _shards[shard] != 0));

    /// <summary>The version held; <see langword="null"/> for a resource that is not.</summary>
    public ulong? Find(string name) =>
        RouteShards.TryParse(name, out var shard)
            ? _shards is null || _shards[shard] == 0 ? null : _shards[shard]
            : _others.TryGetValue(name, out var version) ? version : null;

    public void Set(string name, ulong version)
    {
        if (RouteShards.TryParse(name, out var shard))
        {
            _shards ??= new ulong[RouteShards.Count];
            _shards[shard] = version;
        }
        else
        {
            _others[name] = version;
        }
    }

    public void Remove(string name)
    {
        if (!RouteShards.TryParse(name, out var shard))
        {
            _others.Remove(name);
        }
        else if (_shards is not null)
        {
            _shards[shard] = 0;
        }
    }
}
