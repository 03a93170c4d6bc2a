using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Cellway.Manager.Authority;
using Cellway.Model.Certificates;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;

namespace Cellway.Manager.Backups.Format;

/// <summary>Writes a network as it is at one revision. Two pages of it are in memory at a time.</summary>
internal sealed class BackupWriter(IStateStore store, StateKeys keys, NetworkAuthority authority, TimeProvider time)
{
    /// <summary>Writes the backup; the file stays open.</summary>
    /// <param name="file">Where to; only written, from front to end.</param>
    /// <param name="recipients">Whose keys open it.</param>
    /// <param name="withRoot">Whether the root's key is in it.</param>
    /// <param name="progress">Is told how many records are written, of about how many.</param>
    /// <param name="cancellationToken">Stops; what was written is no backup then.</param>
    /// <exception cref="BackupException">There is nothing to write, or a recipient's key is of no use.</exception>
    public async Task<BackupSummary> WriteAsync(
        Stream file, IReadOnlyCollection<X509Certificate2> recipients, bool withRoot, IProgress<BackupProgress> progress, CancellationToken cancellationToken)
    {
        await using var envelope = BackupEnvelope.Seal(file, recipients);
        await using var zipped = new GZipStream(envelope, CompressionLevel.Fastest, leaveOpen: true); // the envelope ends each time that it is disposed: once, then
        return await WriteAsync(zipped, withRoot, progress, cancellationToken);
    }

    private async Task<BackupSummary> WriteAsync(Stream to, bool withRoot, IProgress<BackupProgress> progress, CancellationToken cancellationToken)
    {
        using var tally = new BackupTally(keys.Prefix);
        BackupHeader? header = null;
        var headerHash = "";
        var (done, schema) = (0L, 1);
        NetworkRecord? network = null;
        var lines = new ArrayBufferWriter<byte>();
        await foreach (var page in store.ScanAsync(keys.Prefix, cancellationToken).OneAhead(cancellationToken))
        {
            if (header is null)
            {
                header = HeaderOf(page, withRoot);
                var line = JsonSerializer.SerializeToUtf8Bytes(header, BackupJson.Default.BackupHeader);
                headerHash = Convert.ToHexStringLower(SHA256.HashData(line));
                to.Write([.. line, (byte)'\n']);
            }

            lines.ResetWrittenCount();
            foreach (var entry in page.Entries.Where(e => e.LeaseId == 0))
            {
                var value = withRoot ? entry.Value : WithoutRoot(entry);
                var begin = lines.WrittenCount;
                BackupLines.Write(lines, entry.Key, value.Span);
                tally.Add(entry.Key, value.Length, lines.WrittenSpan[begin..^1]);
                schema = Math.Max(schema, StateJson.SchemaOf(value.Span));
                network = entry.Key == keys.Network ? StateJson.Read<NetworkRecord>(entry) : network;
            }

            to.Write(lines.WrittenSpan);
            done += page.Entries.Count;
            progress.Report(new("writing", done, page.Total));
        }

        if (header is null || network is null)
        {
            throw new BackupException($"The state holds no network {keys.Prefix}: there is nothing to back up.");
        }

        return End(to, tally, network, header, headerHash, schema);
    }

    private BackupHeader HeaderOf(StatePage page, bool withRoot) => new()
    {
        Network = authority.Network,
        Revision = page.Revision,
        At = time.GetUtcNow(),
        Software = Software.Version,
        Keys = page.Total,
        SealKey = withRoot ? authority.ExportSealKey() : null,
    };

    private ReadOnlyMemory<byte> WithoutRoot(StateEntry entry) => entry.Key.StartsWith(keys.Prefix + StateKeys.Folders.Authorities, StringComparison.Ordinal)
        ? StateJson.Write(StateJson.Read<AuthorityRecord>(entry) with { SealedKey = [] })
        : entry.Value;

    private BackupSummary End(Stream to, BackupTally tally, NetworkRecord network, BackupHeader header, string headerHash, int schema)
    {
        var manifest = new BackupManifest
        {
            Network = header.Network,
            Name = network.Name,
            Revision = header.Revision,
            At = header.At,
            Software = header.Software,
            Schema = schema,
            WithRoot = header.SealKey is not null,
            Header = headerHash,
            Folders = tally.End(),
        };
        var line = JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest);
        var signatures = new BackupSignatures(authority.SignByAll(BackupManifest.Purpose, line));
        to.Write([.. line, (byte)'\n', .. JsonSerializer.SerializeToUtf8Bytes(signatures, BackupJson.Default.BackupSignatures), (byte)'\n']);
        return BackupSummary.Of(Convert.ToHexStringLower(SHA256.HashData(line)), manifest);
    }
}
