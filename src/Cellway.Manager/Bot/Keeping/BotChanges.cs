using Cellway.Model.State;

namespace Cellway.Manager.Bot.Keeping;

/// <summary>What one update, or one piece of the bot's own work, changes of what it keeps: written together, with its effect on the network if there is one, or not at all.</summary>
internal sealed class BotChanges
{
    private readonly Dictionary<string, Change> _changes = new(StringComparer.Ordinal);

    public bool IsEmpty => _changes.Count == 0;

    public void Put<T>(BotTable<T> table, string id, T record)
        where T : class, IStateRecord => Set(table, id, record);

    public void Delete<T>(BotTable<T> table, string id)
        where T : class, IStateRecord => Set<T>(table, id, null);

    /// <summary>The record as it will be.</summary>
    public T? Find<T>(BotTable<T> table, string? id)
        where T : class, IStateRecord =>
        id is not null && _changes.TryGetValue(table.KeyOf(id), out var change) ? (T?)change.Record : table.Find(id);

    /// <summary>Deletes something that is in no table, if it is still as it was read.</summary>
    public void Spend(StateEntry entry) => _changes[entry.Key] = new(entry.ModRevision, null, null, _ => { }, _ => { });

    public void AddTo(StateTransaction transaction)
    {
        foreach (var (key, change) in _changes)
        {
            transaction.Require(key, change.Required);
            _ = change.Value is { } value ? transaction.Put(key, value) : transaction.Delete(key);
        }
    }

    /// <summary>They are in the state now, and what comes after them is another transaction.</summary>
    public void Applied(long revision)
    {
        foreach (var change in _changes.Values)
        {
            change.Apply(revision);
        }

        Clear();
    }

    /// <summary>None of it is to be written.</summary>
    public void Clear() => _changes.Clear();

    /// <summary>Whether everything was still as it was taken to be; what was not is read anew.</summary>
    public async Task<bool> RefreshAsync(IStateStore store, CancellationToken cancellationToken)
    {
        var same = true;
        foreach (var (key, change) in _changes)
        {
            var entry = await store.GetAsync(key, cancellationToken);
            if ((entry?.ModRevision ?? 0) != change.Required)
            {
                change.Refresh(entry);
                same = false;
            }
        }

        return same;
    }

    private void Set<T>(BotTable<T> table, string id, T? record)
        where T : class, IStateRecord =>
        _changes[table.KeyOf(id)] = new(
            table.RevisionOf(id),
            record is null ? default(ReadOnlyMemory<byte>?) : StateJson.Write(record), // a null array would be an empty value
            record,
            revision => table.Set(id, record, revision),
            entry => table.Set(id, entry));

    private sealed record Change(long Required, ReadOnlyMemory<byte>? Value, object? Record, Action<long> Apply, Action<StateEntry?> Refresh);
}
