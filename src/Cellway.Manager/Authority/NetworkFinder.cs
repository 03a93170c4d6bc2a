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

    /// <summary>The network that was named, or the only one.</summary>
    /// <exception cref="AdminException">There is none, or there are several.</exception>
    public static async Task<string> RequireAsync(IStateStore store, string? named, CancellationToken cancellationToken)
    {
        var networks = await FindAsync(store, cancellationToken);
        return (named ?? (networks.Count == 1 ? networks[0] : null)) is { } id && networks.Contains(id)
            ? id
            : throw AdminException.NotFound(networks.Count == 0
                ? "This state holds no network: make one with “cellway init”."
                : $"Say which network with --network ({string.Join(", ", networks)}).");
    }
}
