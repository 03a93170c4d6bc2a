using Cellway.Model.State;

namespace Cellway.Manager.View;

/// <summary>Writes for people: when it returns, this replica's view shows what was written.</summary>
internal sealed class NetworkWriter(IStateStore store, StateKeys keys, NetworkViewFeed feed)
{
    public StateKeys Keys => keys;

    public IStateStore Store => store;

    /// <summary>Commits; <see langword="false"/> when a condition did not hold, and then nothing was written.</summary>
    public async Task<bool> TryCommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        var result = await store.CommitAsync(transaction, cancellationToken);
        if (result.Succeeded)
        {
            await feed.WaitForAsync(result.Revision, cancellationToken);
        }

        return result.Succeeded;
    }

    /// <summary>Changes one record, again from the start when another writer came first.</summary>
    /// <param name="key">Where it is.</param>
    /// <param name="change">Makes the new record; <see langword="null"/> leaves the old one.</param>
    /// <param name="cancellationToken">Stops between tries.</param>
    /// <returns>The record as it is now, or <see langword="null"/> when there is none.</returns>
    public async Task<T?> ChangeAsync<T>(string key, Func<T, T?> change, CancellationToken cancellationToken)
        where T : class
    {
        while (await store.GetAsync(key, cancellationToken) is { } entry)
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
