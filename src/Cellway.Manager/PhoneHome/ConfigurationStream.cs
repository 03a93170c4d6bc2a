using Cellway.Model.Contracts;

namespace Cellway.Manager.PhoneHome;

/// <summary>What one node holds, and the update that brings it to what it should hold. One update is under way at a time.</summary>
internal sealed class ConfigurationStream(IEnumerable<KeyValuePair<string, ulong>> held)
{
    private readonly HeldVersions _held = new(held);
    private Update? _underWay;
    private HashSet<string>? _touched; // null: anything may differ
    private bool _begun;

    /// <summary>The revision the node has last acknowledged on this stream.</summary>
    public long Applied { get; private set; }

    /// <summary>Whether an update waits for its acknowledgement.</summary>
    public bool IsWaiting => _underWay is not null;

    /// <summary>Says that these resources may differ from what the node holds.</summary>
    public void Touch(IEnumerable<string> names)
    {
        if (_begun)
        {
            (_touched ??= new(StringComparer.Ordinal)).UnionWith(names);
        }
    }

    /// <summary>Says that anything may.</summary>
    public void TouchAll() => (_begun, _touched) = (false, null);

    /// <summary>The next update, or <see langword="null"/> when the node holds just what it should, or has not answered the last one.</summary>
    /// <param name="revision">The view's.</param>
    /// <param name="wanted">What the node should hold there.</param>
    /// <remarks>The first one is sent even if it is empty, so that the node knows that it is up to date.</remarks>
    public Update? Next(long revision, INodeResources wanted)
    {
        if (_underWay is not null || (_begun && _touched is null))
        {
            return null;
        }

        var update = new Update { Revision = revision, Snapshot = _held.IsEmpty };
        foreach (var name in _begun ? _touched! : _held.Names.Union(wanted.Names, StringComparer.Ordinal))
        {
            var held = _held.Find(name);
            if (held is not null && held == wanted.VersionOf(name))
            {
                continue; // nearly always, for a node that comes from another replica
            }

            if (wanted.Find(name) is { } resource)
            {
                update.Set.Add(resource);
            }
            else if (held is not null)
            {
                update.Removed.Add(name);
            }
        }

        var first = !_begun && Applied == 0;
        (_begun, _touched) = (true, null);
        return update.Set.Count == 0 && update.Removed.Count == 0 && !first ? null : _underWay = update;
    }

    /// <summary>Takes the node's answer.</summary>
    /// <returns>Whether it was the answer awaited.</returns>
    /// <remarks>
    /// A refused update counts as held as well: the node would refuse the same bytes again. It gets the next change of those resources.
    /// </remarks>
    public bool Acknowledge(Ack ack)
    {
        if (_underWay is not { } update || ack.Revision != update.Revision)
        {
            return false;
        }

        _underWay = null;
        foreach (var resource in update.Set)
        {
            _held.Set(resource.Name, resource.Version);
        }

        foreach (var name in update.Removed)
        {
            _held.Remove(name);
        }

        if (ack.Error.Length == 0)
        {
            Applied = update.Revision;
        }

        return true;
    }
}
