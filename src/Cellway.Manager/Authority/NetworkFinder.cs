using Cellway.Manager.Api;
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

    /// <exception cref="AdminException">There is no such network, or none was named and there is not exactly one.</exception>
    public static async Task<string> ChooseAsync(IStateStore store, string? wanted, CancellationToken cancellationToken) =>
        (wanted, await FindAsync(store, cancellationToken)) switch
        {
            (_, []) => throw AdminException.NotFound("This state holds no network. If it should, check --store or --state; a new one is made with “cellway init”."),
            ({ } named, var networks) => networks.Contains(named) ? named : throw AdminException.NotFound($"This state holds no network {named}."),
            (null, [var only]) => only,
            (null, var networks) => throw AdminException.Invalid($"This state holds several networks: say which with --network ({string.Join(", ", networks)})."),
        };
}
