using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Identities;
using Cellway.Pki.Trust;

namespace Cellway.Manager.Backups;

/// <summary>Whose word proves a backup: anybody can encrypt something to an operator.</summary>
public sealed record BackupTrust
{
    /// <summary>The network that it must be of; <see langword="null"/> for any.</summary>
    public string? Network { get; init; }

    /// <summary>The roots of that network: two while one takes the other's place.</summary>
    public IReadOnlyList<X509Certificate2> Roots { get; init; } = [];

    /// <summary>SHA-256 of a root's public key, where there is no certificate of it.</summary>
    public Hash256? RootHash { get; init; }

    /// <summary>The roots that count, among those that the backup brings.</summary>
    internal IEnumerable<X509Certificate2> Among(IReadOnlyList<X509Certificate2> brought) =>
        Roots.Count > 0 ? Roots : brought.Where(b => PublicKeys.KeyHash(b) == RootHash);
}
