using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Backups.Format;
using Cellway.Model.State;
using Cellway.Pki.Trust;

namespace Cellway.Manager.Backups;

/// <summary>A backup as a file that stays open, so that what was checked is what is read again.</summary>
internal sealed class BackupFile : IDisposable
{
    private readonly FileStream _file;
    private readonly ECDiffieHellman _key;

    private BackupFile(FileStream file, ECDiffieHellman key) => (_file, _key) = (file, key);

    /// <exception cref="BackupException">The file cannot be read.</exception>
    public static BackupFile Open(string path, ECDiffieHellman key)
    {
        try
        {
            return new(new(path, new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = 256 * 1024 }), key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackupException(Directory.Exists(path) ? $"{path} is a directory: name a backup in it." : $"The backup {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads it to its end. Nothing of it may be used before.</summary>
    /// <exception cref="BackupException">It is refused; the message says why.</exception>
    public CheckedBackup Check(BackupTrust trust, IProgress<BackupProgress> progress, CancellationToken cancellationToken)
    {
        using var reader = Begin();
        if (trust.Network is { } network && network != reader.Header.Network)
        {
            throw new BackupException($"The backup is of the network {reader.Header.Network}, and not of {network}: name the profile of an operator of that network. Nothing was changed.");
        }

        var keys = new StateKeys(reader.Header.Network);
        Dictionary<string, StateEntry> kept = [];
        var done = 0L;
        foreach (var page in reader.ReadPages())
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var record in page.Where(r => CheckedBackup.Keeps(keys, r.Key)))
            {
                kept.Add(record.Key, new(record.Key, record.Value!.Value, 0, 0, 0));
            }

            done += page.Count;
            progress.Report(new("checking", done, Math.Max(done, reader.Header.Keys)));
        }

        var backup = new CheckedBackup(reader.Id, reader.Header, reader.Manifest!, kept);
        RequireProof(reader, backup, trust);
        return backup;
    }

    /// <summary>The records of a backup that has been checked, in key order.</summary>
    public IEnumerable<IReadOnlyList<StateWrite>> Read(CheckedBackup backup)
    {
        using var reader = Begin();
        foreach (var page in reader.ReadPages())
        {
            yield return page;
        }

        if (reader.Id != backup.Id)
        {
            throw new BackupException("The backup was changed while it was read. What has been written so far is of no use: begin again, with an empty target.");
        }
    }

    public void Dispose() => _file.Dispose();

    private static void RequireProof(BackupReader reader, CheckedBackup backup, BackupTrust trust)
    {
        List<X509Certificate2> brought = [.. backup.Authorities.Select(a => X509CertificateLoader.LoadCertificate(a.Certificate))];
        if (!reader.IsSignedBy(trust.Among(brought)))
        {
            throw trust is { Roots.Count: 0, RootHash: null }
                ? new BackupException($"Nothing here proves that this backup is your network's: say --root {PublicKeys.KeyHash(brought[0])} if that is the hash of its root (“cellway init” has said it), or name the operator's --profile.")
                : new BackupException("The backup is not signed by the network's root: it is forged, or of another network. Nothing was changed.");
        }
    }

    private BackupReader Begin()
    {
        _file.Position = 0;
        return BackupReader.Open(_file, _key);
    }
}
