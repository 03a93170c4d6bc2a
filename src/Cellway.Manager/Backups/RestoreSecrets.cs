using System.Text.Json;
using Cellway.Manager.Authority;
using Cellway.Model.Certificates;
using Cellway.Model.State;
using Cellway.Pki.Issuing;

namespace Cellway.Manager.Backups;

/// <summary>How the sealed secrets of a backup come to be opened by a key file or passphrase that the new servers have.</summary>
internal sealed class RestoreSecrets
{
    private readonly IReadOnlyDictionary<int, AuthorityRecord> _roots;

    private RestoreSecrets(byte[] seal, IReadOnlyDictionary<int, AuthorityRecord> roots) => (Seal, _roots) = (seal, roots);

    /// <summary>The value of the seal's record.</summary>
    public byte[] Seal { get; }

    /// <param name="backup">What is restored.</param>
    /// <param name="root">The backup that has the root's key: the same one, or an earlier one.</param>
    /// <param name="secret">What is to open the secrets from now on; its key file is there.</param>
    /// <exception cref="BackupException">The root's key is not to be had from it.</exception>
    public static RestoreSecrets From(CheckedBackup backup, CheckedBackup root, SealSecret secret)
    {
        if (root.Header.SealKey is not { } exported)
        {
            throw new BackupException("The backup was made without the root's key: name one that has it, of any age, with --root-from.");
        }

        if (root.Header.Network != backup.Header.Network)
        {
            throw new BackupException("The backup that is to bring the root's key is of another network.");
        }

        using var seal = SealKey.Import(exported);
        var roots = root.Authorities.ToDictionary(a => a.Generation);
        foreach (var authority in backup.Authorities)
        {
            if (!roots.TryGetValue(authority.Generation, out var known) || !known.Certificate.AsSpan().SequenceEqual(authority.Certificate))
            {
                throw new BackupException($"The root of generation {authority.Generation} is newer than the backup that is to bring its key: name a newer one with --root-from.");
            }

            seal.Open(NetworkAuthority.Purposes.Root(authority.Generation), known.SealedKey);
        }

        var outer = secret.Create();
        using (outer.Key)
        {
            return new(JsonSerializer.SerializeToUtf8Bytes(seal.WrapFor(outer)), roots);
        }
    }

    /// <summary>A root with its sealed key, which a backup without the root lacks.</summary>
    public byte[] Whole(StateEntry authority)
    {
        var record = StateJson.Read<AuthorityRecord>(authority);
        return record.SealedKey.Length > 0 ? authority.Value.ToArray() : StateJson.Write(record with { SealedKey = _roots[record.Generation].SealedKey });
    }
}
