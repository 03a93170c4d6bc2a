using Cellway.Model.State;

namespace Cellway.Testing;

/// <summary>A store in twenty lines, to compare the real ones with.</summary>
internal sealed class StateStoreContractModel(long revision)
{
    private readonly SortedDictionary<string, StateEntry> _entries = new(StringComparer.Ordinal);

    public long Revision { get; private set; } = revision;

    public IEnumerable<StateEntry> Entries => _entries.Values;

    public StateTransaction Make(StateStoreContractOperation operation, string key, string other, byte value) => operation switch
    {
        StateStoreContractOperation.Put => new StateTransaction().Put(key, new[] { value }),
        StateStoreContractOperation.Delete => new StateTransaction().Delete(key),
        StateStoreContractOperation.Create => new StateTransaction().Create(key, new[] { value }),
        StateStoreContractOperation.CompareAndSwap => new StateTransaction().Require(key, RevisionOf(key)).Put(key, new[] { value }),
        StateStoreContractOperation.Stale => new StateTransaction().Require(key, RevisionOf(other)).Put(key, new[] { value }),
        StateStoreContractOperation.Move => new StateTransaction().Require(key, RevisionOf(key)).Delete(key).Put(other + "moved", new[] { value }),
        _ => new StateTransaction().Require(key, RevisionOf(key)).Require(other, RevisionOf(other)),
    };

    public TransactionResult Apply(StateTransaction transaction)
    {
        if (transaction.Conditions.Any(c => RevisionOf(c.Key) != c.ModRevision))
        {
            return new(false, Revision);
        }

        var next = Revision + 1;
        var changed = false;
        foreach (var write in transaction.Writes)
        {
            changed |= write.Value is not null || _entries.ContainsKey(write.Key);
            if (write.Value is { } value)
            {
                _entries[write.Key] = new(write.Key, value, _entries.GetValueOrDefault(write.Key)?.CreateRevision ?? next, next, write.LeaseId);
            }
            else
            {
                _entries.Remove(write.Key);
            }
        }

        Revision = changed ? next : Revision;
        return new(true, Revision);
    }

    private long RevisionOf(string key) => _entries.GetValueOrDefault(key)?.ModRevision ?? 0;
}
