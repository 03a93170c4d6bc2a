using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Cellway.Model.State;

namespace Cellway.Manager.Authority;

/// <summary>Writes the root as an encrypted file for the safe. Only whoever can open the network's secrets can.</summary>
public static class RootExport
{
    /// <param name="store">Holds the network.</param>
    /// <param name="network">Its id; <see langword="null"/> where there is only one.</param>
    /// <param name="secret">Opens its secrets.</param>
    /// <param name="passphrase">Opens the file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>PEM: the certificate, and the key as PKCS#8 in PBES2 (AES-256-CBC, PBKDF2-HMAC-SHA-512, 600,000 iterations).</returns>
    /// <exception cref="AdminException">There is no network, or several, or the root is on a token.</exception>
    public static async Task<string> RunAsync(IStateStore store, string? network, SealSecret secret, string passphrase, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentNullException.ThrowIfNull(time);
        var id = await NetworkFinder.ChooseAsync(store, network, cancellationToken);
        var keys = new StateKeys(id);
        using var authority = await NetworkAuthority.OpenAsync(store, keys, id, secret, cancellationToken);
        var (generation, root) = authority.Signing;
        if (root.IsOnToken)
        {
            throw AdminException.Invalid("The root's key is on a PKCS#11 token and does not leave it: keep a second token with it, as the token's maker says.");
        }

        await store.CommitAsync(
            new StateTransaction().Note(keys, new() { At = time.GetUtcNow(), Who = "seal/holder", What = "ca export", Subject = $"{StateKeys.Folders.Authorities}{generation}" }), cancellationToken);
        return $"{root.Certificate.ExportCertificatePem()}\n{root.ExportEncryptedPrivateKey(passphrase)}\n";
    }
}
