using System.Collections.Concurrent;
using Cellway.Model.Identities;

namespace Cellway.Manager.PhoneHome;

/// <summary>The nodes whose streams end at this replica.</summary>
internal sealed class AttachedNodes
{
    private readonly ConcurrentDictionary<string, (NodeStream Stream, CancellationTokenSource Ending)> _streams = new(StringComparer.Ordinal);

    public int Count => _streams.Count;

    public IEnumerable<NodeStream> All => _streams.Select(s => s.Value.Stream);

    public IEnumerable<NodeStream> Entries => All.Where(s => s.Node.Role == Role.Entry);

    public NodeStream? Find(string node) => _streams.TryGetValue(node, out var attached) ? attached.Stream : null;

    /// <summary>Registers a stream; an earlier one of the same node is ended, because the node has evidently given it up.</summary>
    public void Add(NodeStream stream, CancellationTokenSource ending)
    {
        (NodeStream Stream, CancellationTokenSource Ending)? replaced = null;
        _streams.AddOrUpdate(stream.Node.Id, (stream, ending), (_, old) =>
        {
            replaced = old;
            return (stream, ending);
        });
        try
        {
            replaced?.Ending.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    public void Remove(NodeStream stream, CancellationTokenSource ending) => _streams.TryRemove(new(stream.Node.Id, (stream, ending)));
}
