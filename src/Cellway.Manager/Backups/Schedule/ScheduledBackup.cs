using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Authority;
using Cellway.Manager.Backups.Format;
using Cellway.Model.Backups;
using Cellway.Model.Certificates;
using Cellway.Model.Identities;
using Cellway.Model.State;

namespace Cellway.Manager.Backups.Schedule;

/// <summary>Makes one backup and brings it to every destination; what goes wrong at one is no reason to leave out the others.</summary>
internal sealed class ScheduledBackup(IStateStore store, StateKeys keys, NetworkAuthority authority, BackupOptions options, TimeProvider time)
{
    private static readonly Silence s_silence = new();

    /// <returns>What became of it. It never throws for what an operator can put right.</returns>
    public async Task<BackupRecord> MakeAsync(IReadOnlyCollection<BackupRecord> known, CancellationToken cancellationToken)
    {
        var record = new BackupRecord { Name = BackupName.Of(authority.Network, time.GetUtcNow()), At = time.GetUtcNow(), NextBy = time.GetUtcNow() + options.Every, Destinations = [] };
        var directory = Directory.CreateTempSubdirectory("cellway-backup-");
        try
        {
            var file = Path.Combine(directory.FullName, record.Name);
            var recipients = await RecipientsAsync(cancellationToken);
            var made = await BackupTarget.WriteAsync(
                file, to => new BackupWriter(store, keys, authority, time).WriteAsync(to, recipients, !options.WithoutRoot, s_silence, cancellationToken));
            await using (var written = File.OpenRead(file))
            {
                record = record with { Revision = made.Revision, Length = written.Length, Hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(written, cancellationToken)) };
            }

            return await DeliverAsync(record, file, [.. known, record], cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return record with { Error = e.Message };
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Where backups are put.</summary>
    public IEnumerable<IBackupDestination> Destinations()
    {
        var plain = options.Plain ? new PlainState(store, keys).WriteAsync : (Func<string, CancellationToken, Task>?)null;
        return [.. options.Directories.Select(d => new DirectoryDestination(Path.GetFullPath(d))), .. options.Git.Select(g => new GitDestination(Path.GetFullPath(g), plain))];
    }

    private async Task<BackupRecord> DeliverAsync(BackupRecord record, string file, IReadOnlyCollection<BackupRecord> known, CancellationToken cancellationToken)
    {
        List<string> there = [];
        List<string> errors = [];
        var good = known.Where(k => k.Hash is not null).Select(k => k.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var destination in Destinations())
        {
            try
            {
                await destination.PutAsync(file, record.Name, Expired, cancellationToken);
                there.Add(destination.Name);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                errors.Add($"{destination.Name}: {e.Message}");
            }
        }

        return record with { Destinations = there, Error = errors.Count == 0 ? null : string.Join(' ', errors) };

        IReadOnlyList<string> Expired(IReadOnlyList<string> names) => Retention.Expired(
            [.. names.Where(n => BackupName.TryRead(authority.Network, n, out _)).Select(n => (n, BackupName.TryRead(authority.Network, n, out var at) ? at.Value : default))],
            good.Contains,
            options,
            time.GetUtcNow());
    }

    private async Task<IReadOnlyCollection<X509Certificate2>> RecipientsAsync(CancellationToken cancellationToken)
    {
        if (options.Recipients.Count > 0)
        {
            return [.. options.Recipients.Select(X509CertificateLoader.LoadCertificateFromFile)];
        }

        // One of each operator, the newest.
        var operators = new Identity(authority.Network, Role.Operator, "x").ToString()[..^1];
        Dictionary<string, CertificateRecord> newest = [];
        await foreach (var page in store.ScanAsync(keys.Prefix + StateKeys.Folders.Certificates, cancellationToken))
        {
            foreach (var certificate in page.Entries.Select(StateJson.Read<CertificateRecord>)
                .Where(c => c.RevokedAt is null && c.NotAfter > time.GetUtcNow() && c.Identity.StartsWith(operators, StringComparison.Ordinal)))
            {
                if (!newest.TryGetValue(certificate.Identity, out var other) || other.NotAfter < certificate.NotAfter)
                {
                    newest[certificate.Identity] = certificate;
                }
            }
        }

        return newest.Count > 0
            ? [.. newest.Values.Select(c => X509CertificateLoader.LoadCertificate(c.Der))]
            : throw new BackupException("No operator has a certificate that counts: name one who can open backups with --backup-recipient.");
    }

    private sealed class Silence : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value)
        {
        }
    }
}
