using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.Backups.Format;
using Cellway.Model.State;
using Cellway.Pki.Issuing;

namespace Cellway.Manager.Backups;

/// <summary>Backups without a running management: to make one, to try one out, and to build a network from one.</summary>
public static class NetworkBackup
{
    /// <summary>Writes a backup of what a store holds.</summary>
    /// <param name="store">The state.</param>
    /// <param name="network">Which network of it; <see langword="null"/> for the only one.</param>
    /// <param name="secret">What opens the network's secrets: its root signs the backup.</param>
    /// <param name="path">The file; there must be none.</param>
    /// <param name="recipients">Whose keys will open it.</param>
    /// <param name="withRoot">Whether the root's key is in it.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops; nothing is left then.</param>
    /// <exception cref="BackupException">It cannot be made.</exception>
    /// <exception cref="AdminException">The store holds no network, or several.</exception>
    public static async Task<BackupSummary> CreateAsync(
        IStateStore store, string? network, SealSecret secret, string path, IReadOnlyCollection<X509Certificate2> recipients, bool withRoot, IProgress<BackupProgress> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var id = await NetworkFinder.ChooseAsync(store, network, cancellationToken);
        var keys = new StateKeys(id);
        using var authority = await NetworkAuthority.OpenAsync(store, keys, id, secret, cancellationToken);
        var writer = new BackupWriter(store, keys, authority, time);
        return await BackupTarget.WriteAsync(path, file => writer.WriteAsync(file, recipients, withRoot, progress, cancellationToken));
    }

    /// <summary>Reads a backup to its end, checks it, and rebuilds its network in memory.</summary>
    /// <exception cref="BackupException">It is refused.</exception>
    public static BackupVerdict Verify(string path, ECDiffieHellman key, BackupTrust trust, IProgress<BackupProgress> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        using var file = BackupFile.Open(path, key);
        return new BackupRehearsal(file, file.Check(trust, progress, cancellationToken), progress, time).Run(cancellationToken);
    }

    /// <summary>Restores a backup into an empty store. Nothing is opened before the backup has been read to its end and is proved.</summary>
    /// <exception cref="BackupException">The backup is refused.</exception>
    /// <exception cref="State.Copying.StateCopyException">The store is not empty.</exception>
    public static async Task<BackupSummary> RestoreAsync(
        RestoreRequest request, ECDiffieHellman key, BackupTrust trust, Func<Task<IStateStore>> open, IProgress<BackupProgress> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(open);
        using var file = BackupFile.Open(request.File, key);
        var backup = file.Check(trust, progress, cancellationToken);
        var root = request.RootFrom is { } path ? ReadRoot(path, key, trust, progress, cancellationToken) : backup;
        RestoreSpace.Require(request.StateFile, backup);
        var made = MakeKeyFile(request.Secret.KeyFile);
        try
        {
            var secrets = RestoreSecrets.From(backup, root, request.Secret);
            await using var store = await open();
            await new BackupRestore(file, backup, secrets, store, progress, time).RunAsync(cancellationToken);
            made = null;
            return backup.Summary;
        }
        finally
        {
            if (made is not null)
            {
                File.Delete(made);
            }
        }
    }

    private static CheckedBackup ReadRoot(string path, ECDiffieHellman key, BackupTrust trust, IProgress<BackupProgress> progress, CancellationToken cancellationToken)
    {
        using var file = BackupFile.Open(path, key);
        return file.Check(trust, progress, cancellationToken);
    }

    private static string? MakeKeyFile(string? path)
    {
        if (path is null || File.Exists(path))
        {
            return null;
        }

        Pki.Requesting.PrivateFiles.EnsureDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        KeyFile.Create(path);
        return path;
    }
}
