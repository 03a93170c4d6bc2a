using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.State;
using Cellway.Pki.Trust;
using Org.BouncyCastle.Crypto;

namespace Cellway.Manager.Backups.Format;

/// <summary>Reads one backup from its beginning to its end. Nothing of it is proved before <see cref="IsSignedBy"/> says so.</summary>
internal sealed class BackupReader : IDisposable
{
    private const int PageKeys = 1000;
    private const int PageBytes = 1 << 20;

    private readonly Stream _unzipped;
    private readonly LineReader _lines;
    private readonly BackupTally _tally;
    private readonly string _headerHash;
    private byte[] _manifest = [];
    private BackupSignatures _signatures = new([]);

    private BackupReader(Stream unzipped, LineReader lines, ReadOnlySpan<byte> header)
    {
        (_unzipped, _lines) = (unzipped, lines);
        Header = BackupJson.Read(header, BackupJson.Default.BackupHeader);
        _headerHash = Convert.ToHexStringLower(SHA256.HashData(header));
        _tally = new(new StateKeys(Header.Network).Prefix);
    }

    public BackupHeader Header { get; }

    /// <summary>There once every page has been read.</summary>
    public BackupManifest? Manifest { get; private set; }

    /// <summary>Names the backup: SHA-256, in hex, of the manifest's line.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(_manifest));

    /// <exception cref="BackupException">It is no backup, not for this key, or of a newer form.</exception>
    public static BackupReader Open(Stream file, ECDiffieHellman key) => Begin(new GZipStream(BackupEnvelope.Open(file, key), CompressionMode.Decompress));

    /// <summary>The same of what is in the envelope.</summary>
    internal static BackupReader Begin(Stream unzipped) =>
        Guarded(() =>
        {
            var lines = new LineReader(unzipped);
            if (!lines.TryRead(out var first))
            {
                throw BackupException.Damaged();
            }

            var reader = new BackupReader(unzipped, lines, first);
            return reader.Header switch
            {
                { Kind: not BackupHeader.TheKind } => throw new BackupException("The file is encrypted to this key, but is no backup."),
                { Format: > BackupHeader.TheFormat } newer => throw Newer("format", newer.Format, BackupHeader.TheFormat, newer.Software),
                _ => reader,
            };
        });

    /// <summary>The records, in key order.</summary>
    /// <exception cref="BackupException">It is damaged or incomplete, or has records of a newer form.</exception>
    public IEnumerable<IReadOnlyList<StateWrite>> ReadPages()
    {
        while (Manifest is null && Guarded(ReadPage) is { } page)
        {
            yield return page;
        }
    }

    /// <summary>Whether one of <paramref name="roots"/> has signed the manifest.</summary>
    public bool IsSignedBy(IEnumerable<X509Certificate2> roots) =>
        roots.Any(root => _signatures.Signatures.Any(s => SignedStatement.Verify(root, BackupManifest.Purpose, _manifest, s)));

    public void Dispose()
    {
        _unzipped.Dispose();
        _tally.Dispose();
    }

    private static BackupException Newer(string what, int theirs, int ours, string software) => new(
        $"The backup was made by a newer Cellway ({software}; {what} {theirs}, this one knows up to {ours}): upgrade this program. Nothing was changed.");

    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is (IOException and not BackupException) or InvalidDataException or CryptographicException or CryptoException or ArgumentException or InvalidOperationException)
        {
            throw BackupException.Damaged(e);
        }
    }

    private List<StateWrite> ReadPage()
    {
        List<StateWrite> page = [];
        var bytes = 0;
        while (page.Count < PageKeys && bytes < PageBytes)
        {
            if (!_lines.TryRead(out var line))
            {
                throw BackupException.Damaged();
            }

            if (line is [(byte)'{', ..])
            {
                ReadEnd(line);
                break;
            }

            var record = BackupLines.Read(line);
            _tally.Add(record.Key, record.Value!.Value.Length, line);
            page.Add(record);
            bytes += line.Length;
        }

        return page;
    }

    private void ReadEnd(ReadOnlySpan<byte> line)
    {
        _manifest = line.ToArray();
        var manifest = BackupJson.Read(line, BackupJson.Default.BackupManifest);
        if (!_lines.TryRead(out var last))
        {
            throw BackupException.Damaged();
        }

        _signatures = BackupJson.Read(last, BackupJson.Default.BackupSignatures);
        if (_lines.TryRead(out _)
            || manifest.Network != Header.Network
            || manifest.Revision != Header.Revision
            || manifest.WithRoot != (Header.SealKey is not null)
            || manifest.Header != _headerHash
            || !manifest.Folders.SequenceEqual(_tally.End()))
        {
            throw BackupException.Damaged();
        }

        Manifest = manifest.Schema <= StateJson.Schema ? manifest : throw Newer("schema", manifest.Schema, StateJson.Schema, manifest.Software);
    }
}
