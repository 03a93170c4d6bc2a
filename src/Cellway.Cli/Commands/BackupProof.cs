using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Cli.Admin;
using Cellway.Manager.Backups;
using Cellway.Model.Identities;

namespace Cellway.Cli.Commands;

/// <summary>What opens and proves a backup: an operator's profile, or a key alone.</summary>
internal sealed class BackupProof
{
    private readonly Option<string?> _key = new("--key") { Description = "File with an operator's private key (PEM), if there is no profile any more" };
    private readonly Option<string?> _root = new("--root") { Description = "The network's root: a certificate's file, or the SHA-256 of its key in hex; default: the profile's" };

    public void AddTo(Command command)
    {
        command.Options.Add(_key);
        command.Options.Add(_root);
    }

    /// <exception cref="CliException">There is no key, or something is not what it should be.</exception>
    public (ECDiffieHellman Key, BackupTrust Trust) Read(ParseResult parsed)
    {
        var root = parsed.GetValue(_root) is { } text ? RootOf(text) : null;
        if (parsed.GetValue(_key) is { } path)
        {
            return (OperatorProfile.LoadBackupKey(path), root ?? new());
        }

        var profile = new OperatorProfile(parsed.GetRequiredValue(CommonOptions.Profile));
        var credential = profile.Open();
        return (profile.OpenBackupKey(), root ?? new() { Network = credential.Network, Roots = credential.Roots });
    }

    private static BackupTrust RootOf(string text)
    {
        if (Hash256.TryParse(text, out var hash))
        {
            return new() { RootHash = hash };
        }

        try
        {
            return new() { Roots = [X509CertificateLoader.LoadCertificateFromFile(text)] };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CliException($"--root: “{text}” is neither a certificate's file nor 64 hex digits: {e.Message}", e);
        }
    }
}
