using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Cellway.Model.State;
using Cellway.Pki.Issuing;

namespace Cellway.Manager.Authority;

/// <summary>Opens a network's root to make credentials for the etcd cluster that keeps it.</summary>
public static class NetworkEtcdAuthority
{
    /// <summary>The authority that the cluster trusts.</summary>
    /// <param name="store">Holds the network; the copy it was moved from does as well.</param>
    /// <param name="network">Its id; <see langword="null"/> where there is only one.</param>
    /// <param name="secret">Opens its secrets.</param>
    /// <param name="what">What for: it goes into the audit log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="AdminException">There is no network, or several.</exception>
    /// <exception cref="SealException">The passphrase or key file is not the right one.</exception>
    public static async Task<EtcdAuthority> OpenAsync(IStateStore store, string? network, SealSecret secret, string what, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(secret);
        var id = await NetworkFinder.ChooseAsync(store, network, cancellationToken);
        var keys = new StateKeys(id);
        using var authority = await NetworkAuthority.OpenAsync(store, keys, id, secret, cancellationToken);
        var act = new Model.Audit.AuditAct { At = time.GetUtcNow(), Who = "seal/holder", What = what };
        await store.CommitAsync(new StateTransaction().Note(keys, act), cancellationToken);
        return EtcdAuthority.Of(authority.Root);
    }
}
