using Cellway.Model.State;

namespace Cellway.Manager.Authority;

/// <summary>Finds the networks that a store holds.</summary>
internal static class NetworkFinder
{
    public static async Task<IReadOnlyList<string>> FindAsync(IStateStore store, CancellationToken cancellationToken)
    {
        var snapshot = await store.ListAsync(StateKeys.Networks, cancellationToken);
        return [.. snapshot.Entries.Select(e => e.Key[StateKeys.Networks.Length..])];
    }
}
