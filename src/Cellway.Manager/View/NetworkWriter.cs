using Cellway.Manager.Audit;
using Cellway.Model.Identities;
using Cellway.Model.State;

namespace Cellway.Manager.View;

/// <summary>Writes for people: when it returns, this replica's view shows what was written, and so does the audit log.</summary>
internal sealed class NetworkWriter(IStateStore store, StateKeys keys, NetworkViewFeed feed, Acts acts)
{
    public StateKeys Keys => keys;

    public IStateStore Store => store;

    /// <summary>Commits; <see langword="false"/> when a condition did not hold, and then nothing was written.</summary>
    public async Task<bool> TryCommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        acts.Note(transaction);
        var result = await store.CommitAsync(transaction, cancellationToken);
        if (result.Succeeded)
        {
            acts.Current?.IsRecorded = true;
            await feed.WaitForAsync(result.Revision, cancellationToken);
        }

        return result.Succeeded;
    }

    /// <summary>Reads what a person has named; <see langword="null"/> when there is no such thing, or when the name cannot be one.</summary>
    public async Task<StateEntry?> FindAsync(Func<string, string> key, string? id, CancellationToken cancellationToken) =>
        Names.IsId(id) ? await store.GetAsync(key(id), cancellationToken) : null;

    /// <summary>Changes one record, again from the start when another writer came first.</summary>
    /// <param name="key">Where records of this kind are.</param>
    /// <param name="id">Which one, as a person has named it.</param>
    /// <param name="change">Makes the new record; <see langword="null"/> leaves the old one.</param>
    /// <param name="cancellationToken">Stops between tries.</param>
    /// <returns>The record as it is now, or <see langword="null"/> when there is none.</returns>
    public async Task<T?> ChangeAsync<T>(Func<string, string> key, string id, Func<T, T?> change, CancellationToken cancellationToken)
        where T : class, IStateRecord
    {
        while (await FindAsync(key, id, cancellationToken) is { } entry)
        {
            var before = StateJson.Read<T>(entry);
            if (change(before) is not { } after)
            {
                return before;
            }

            if (await TryCommitAsync(new StateTransaction().Replace(entry, StateJson.Write(after)), cancellationToken))
            {
                return after;
            }
        }

        return null;
    }
}
