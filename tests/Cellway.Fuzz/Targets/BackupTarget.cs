using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Cellway.Manager.Backups;
using Cellway.Manager.Backups.Format;

namespace Cellway.Fuzz.Targets;

/// <summary>A backup, which anybody can write who has an operator's certificate: as a file, and as what is in its envelope.</summary>
internal static class BackupTarget
{
    private const string Prefix = "/cellway/abc/";

    // Always the same, so that what is kept stays meaningful.
    private static readonly ECDiffieHellman s_key = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = SHA256.HashData("a fuzzer's operator"u8) });

    public static void CheckFile(byte[] input) => Check(() => BackupReader.Open(new MemoryStream(input), s_key));

    public static void CheckLines(byte[] input) => Check(() => BackupReader.Begin(new MemoryStream(input)));

    public static IReadOnlyList<byte[]> Lines()
    {
        using var tally = new BackupTally(Prefix);
        var text = new StringBuilder("{\"kind\":\"cellway backup\",\"network\":\"abc\",\"revision\":7,\"at\":\"2026-01-01T00:00:00Z\",\"software\":\"1\",\"keys\":3}\n");
        var header = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text.ToString().TrimEnd('\n'))));
        foreach (var (key, value) in new[] { ("cells/north", "{\"schema\":1}"), ("network", "\tCQo="), ("users/bob", "{\"schema\":1,\"id\":\"bob\"}") })
        {
            var line = $"{Prefix}{key}\t{value}";
            tally.Add(Prefix + key, value[0] == '\t' ? 2 : value.Length, Encoding.ASCII.GetBytes(line));
            text.Append(line).Append('\n');
        }

        var manifest = JsonSerializer.Serialize(
            new() { Network = "abc", Name = "x", Revision = 7, At = default, Software = "1", Schema = 1, WithRoot = false, Header = header, Folders = tally.End() },
            BackupJson.Default.BackupManifest);
        return [Encoding.ASCII.GetBytes($"{text}{manifest}\n{{\"signatures\":[\"AAAA\"]}}\n")];
    }

    public static IReadOnlyList<byte[]> Files()
    {
        using var signing = ECDsa.Create(s_key.ExportParameters(includePrivateParameters: true));
        using var certificate = new CertificateRequest("CN=a", signing, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        using var file = new MemoryStream();
        using (var envelope = BackupEnvelope.Seal(file, [certificate]))
        using (var zipped = new GZipStream(envelope, CompressionLevel.Fastest, leaveOpen: true))
        {
            zipped.Write(Lines()[0]);
        }

        return [file.ToArray()];
    }

    private static void Check(Func<BackupReader> open)
    {
        try
        {
            using var reader = open();
            var records = reader.ReadPages().Sum(page => page.Count);
            FuzzException.ThrowUnless(reader.Manifest!.Folders.Sum(f => f.Keys) == records, "a manifest counts what was read");
            FuzzException.ThrowUnless(!reader.IsSignedBy([]), "nobody's signature is none");
        }
        catch (BackupException)
        {
            // Refused in a line.
        }
    }
}
