using System.Security.Cryptography;
using Cellway.Model.State;
using Cellway.Testing.Histories;

namespace Cellway.EndToEndTests.Faults;

/// <summary>A watch of the store, as a replica has one, that writes down what it sees.</summary>
internal sealed class StoreWatcher(string name, IStateStore store, string prefix)
{
    private readonly List<StoredChange> _changes = [];
    private long _from;
    private long _next;

    public static string DigestOf(ReadOnlySpan<byte> value) => Convert.ToHexStringLower(SHA256.HashData(value).AsSpan(0, 8));

    /// <summary>From when on it is to see everything.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken) =>
        _from = _next = (await store.ListAsync(prefix, cancellationToken)).Revision + 1;

    /// <summary>Watches until it has seen <paramref name="lastKey"/> written.</summary>
    public async Task<WatchLog> RunAsync(string lastKey, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await foreach (var batch in store.WatchAsync(prefix, _next, cancellationToken))
                {
                    _changes.AddRange(batch.Changes.Select(c => new StoredChange(batch.Revision, c.Key, c.Entry is null ? "" : DigestOf(c.Entry.Value.Span))));
                    _next = batch.Revision + 1;
                    if (batch.Changes.Any(c => c.Key == lastKey))
                    {
                        return new(name, _from, batch.Revision, _changes);
                    }
                }
            }
            catch (StateUnavailableException)
            {
                await Task.Delay(500, cancellationToken); // no quorum for long: it goes on where it was
            }
        }
    }
}
