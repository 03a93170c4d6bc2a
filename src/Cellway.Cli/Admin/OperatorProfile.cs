using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Cellway.Manager.Audit;
using Cellway.Manager.Authority;
using Cellway.Pki.Requesting;

namespace Cellway.Cli.Admin;

/// <summary>An operator's credential on disk: key, certificate, the network's root, and where its management is.</summary>
internal sealed class OperatorProfile
{
    private const string KeyName = "operator.key";
    private const string CertificateName = "operator.crt";
    private const string RootName = "root.crt";
    private const string SettingsName = "profile.json";
    private const string AuditName = "audit.json";

    private readonly string _directory;

    public OperatorProfile(string directory) => _directory = Path.GetFullPath(directory);

    /// <summary>Every file of a profile.</summary>
    public IEnumerable<string> Files => new[] { KeyName, CertificateName, RootName, SettingsName }.Select(name => Path.Combine(_directory, name));

    public bool Exists => File.Exists(Path.Combine(_directory, SettingsName));

    /// <summary>Writes a new profile, whole or not at all.</summary>
    public void Create(NodeKey key, CreatedNetwork network, string server)
    {
        try
        {
            PrivateFiles.EnsureDirectory(_directory);
            key.Save(Path.Combine(_directory, KeyName));
            WritePem(CertificateName, network.OperatorCertificate);
            WritePem(RootName, network.Root);
            SaveSettings(new() { Network = network.Network, Server = server });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"The operator's credential cannot be written to {_directory}: {e.Message}", e);
        }
    }

    /// <summary>Remembers where management is.</summary>
    public void SetServer(string server) => SaveSettings(Settings() with { Server = server });

    /// <summary>The newest link of the audit log when it was last verified from here: what is cut off later is missed.</summary>
    /// <exception cref="CliException">It cannot be read.</exception>
    public AuditMark? LastAudit()
    {
        try
        {
            var path = Path.Combine(_directory, AuditName);
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), CliJson.Default.AuditMark) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CliException($"What was verified last cannot be read ({Path.Combine(_directory, AuditName)}): {e.Message}", e);
        }
    }

    /// <summary>Believes these from now on.</summary>
    public void SetRoots(IEnumerable<byte[]> roots) => PrivateFiles.Write(
        Path.Combine(_directory, RootName), Encoding.ASCII.GetBytes(string.Concat(roots.Select(der => PemEncoding.WriteString("CERTIFICATE", der) + "\n"))));

    /// <summary>PKCS#10 (DER) of this profile's key.</summary>
    public byte[] CreateRequest()
    {
        using var key = NodeKey.TryLoad(Path.Combine(_directory, KeyName), out var loaded)
            ? loaded
            : throw new CliException($"{Path.Combine(_directory, KeyName)} is not a key: restore the profile from where you keep its copy.");
        return key.CreateRequest();
    }

    /// <summary>Shows a newer certificate from now on.</summary>
    public void SetCertificate(byte[] der) => WritePem(CertificateName, der);

    public void SetLastAudit(AuditMark mark) =>
        PrivateFiles.Write(Path.Combine(_directory, AuditName), JsonSerializer.SerializeToUtf8Bytes(mark, CliJson.Default.AuditMark));

    public Credential Open()
    {
        try
        {
            var settings = Settings();
            if (!NodeKey.TryLoad(Path.Combine(_directory, KeyName), out var key))
            {
                throw new CliException($"{Path.Combine(_directory, KeyName)} is not a key: restore the profile from where you keep its copy.");
            }

            using (key)
            using (var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_directory, CertificateName)))
            {
                var roots = new X509Certificate2Collection();
                roots.ImportFromPemFile(Path.Combine(_directory, RootName));
                if (roots.Count == 0)
                {
                    throw new CliException($"{Path.Combine(_directory, RootName)} holds no certificate in PEM: restore the profile from where you keep its copy.");
                }

                return new(settings.Network, settings.Server, key.Attach(certificate), [.. roots]);
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException($"There is no operator credential in {_directory}: make a network with “cellway init”, or name the place with --profile.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or JsonException)
        {
            throw new CliException($"The operator credential in {_directory} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The operator's private key, as backups are encrypted to it.</summary>
    public ECDiffieHellman OpenBackupKey() => LoadBackupKey(Path.Combine(_directory, KeyName));

    /// <exception cref="CliException">It is no such key.</exception>
    public static ECDiffieHellman LoadBackupKey(string path)
    {
        var key = ECDiffieHellman.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new CliException($"{path} is not an operator's private key: {e.Message}", e);
        }
    }

    private ProfileSettings Settings() =>
        JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(_directory, SettingsName)), CliJson.Default.ProfileSettings)
        ?? throw new JsonException($"{SettingsName} is empty");

    private void SaveSettings(ProfileSettings settings) =>
        PrivateFiles.Write(Path.Combine(_directory, SettingsName), JsonSerializer.SerializeToUtf8Bytes(settings, CliJson.Default.ProfileSettings));

    private void WritePem(string name, byte[] der) =>
        PrivateFiles.Write(Path.Combine(_directory, name), Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", der) + "\n"));

    /// <param name="Network">Its id.</param>
    /// <param name="Server">host:port of an admin listener.</param>
    /// <param name="Certificate">With its key.</param>
    /// <param name="Roots">Of the network; two while one takes the other's place.</param>
    public sealed record Credential(string Network, string Server, X509Certificate2 Certificate, IReadOnlyList<X509Certificate2> Roots);
}

/// <summary>The part of a profile that is not a credential.</summary>
internal sealed record ProfileSettings
{
    public required string Network { get; init; }

    public required string Server { get; init; }
}
