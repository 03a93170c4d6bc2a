using Cellway.Model.Contracts;

namespace Cellway.Manager.PhoneHome;

/// <summary>What one node holds, and the update that brings it to what it should hold. One update is under way at a time.</summary>
internal sealed class ConfigurationStream(IDictionary<string, ulong> held)
{
    private readonly Dictionary<string, ulong> _held = new(held, StringComparer.Ordinal);
    private Update? _underWay;

    /// <summary>The revision the node has last acknowledged on this stream.</summary>
    public long Applied { get; private set; }

    /// <summary>Whether an update waits for its acknowledgement.</summary>
    public bool IsWaiting => _underWay is not null;

    /// <summary>The next update, or <see langword="null"/> when the node holds just what it should, or has not answered the last one.</summary>
    /// <param name="revision">The view's.</param>
    /// <param name="wanted">What the node should hold there.</param>
    /// <param name="first">Send it even if it is empty, so that the node knows that it is up to date.</param>
    public Update? Next(long revision, IReadOnlyDictionary<string, Resource> wanted, bool first)
    {
        if (_underWay is not null)
        {
            return null;
        }

        var update = new Update { Revision = revision, Snapshot = _held.Count == 0 };
        update.Set.AddRange(wanted.Values.Where(r => !_held.TryGetValue(r.Name, out var version) || version != r.Version));
        update.Removed.AddRange(_held.Keys.Where(name => !wanted.ContainsKey(name)));
        if (update.Set.Count == 0 && update.Removed.Count == 0 && !first)
        {
            return null;
        }

        return _underWay = update;
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
            _held[resource.Name] = resource.Version;
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
