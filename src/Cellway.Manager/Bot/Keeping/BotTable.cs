using System.Collections.Concurrent;
using Cellway.Model.State;

namespace Cellway.Manager.Bot.Keeping;

/// <summary>One folder of what the bot keeps, in memory. Only the leader writes it, so that it is what the state has; a transaction says when it is not.</summary>
internal sealed class BotTable<T>(StateKeys keys, string folder) : IBotTable
    where T : class, IStateRecord
{
    private readonly ConcurrentDictionary<string, (T Record, long Revision)> _entries = new(StringComparer.Ordinal);

    public string Folder => folder;

    public int Count => _entries.Count;

    public IEnumerable<KeyValuePair<string, T>> All => _entries.Select(e => KeyValuePair.Create(e.Key, e.Value.Record));

    public string KeyOf(string id) => keys.Bot(folder + id);

    public T? Find(string? id) => id is not null && _entries.TryGetValue(id, out var found) ? found.Record : null;

    /// <returns>When it was written; 0 if it is not there.</returns>
    public long RevisionOf(string id) => _entries.TryGetValue(id, out var found) ? found.Revision : 0;

    public void Set(string id, StateEntry? entry)
    {
        if (entry is not null && TryRead(entry) is { } record)
        {
            _entries[id] = (record, entry.ModRevision);
        }
        else
        {
            _entries.TryRemove(id, out _);
        }
    }

    public void Set(string id, T? record, long revision)
    {
        if (record is null)
        {
            _entries.TryRemove(id, out _);
        }
        else
        {
            _entries[id] = (record, revision);
        }
    }

    public void Clear() => _entries.Clear();

    private static T? TryRead(StateEntry entry)
    {
        try
        {
            return StateJson.Read<T>(entry);
        }
        catch (InvalidDataException)
        {
            return null; // it counts as missing, like everything that cannot be read
        }
    }
}
