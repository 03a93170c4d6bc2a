using Cellway.Manager.Authority.Tokens;
using Cellway.Pki.Issuing;

namespace Cellway.Manager.Authority;

/// <summary>What the operator gives to open the network's secrets: a key file or a passphrase.</summary>
/// <param name="KeyFile">Path of the key file, or <see langword="null"/>.</param>
/// <param name="Passphrase">The passphrase, or <see langword="null"/>.</param>
public sealed record SealSecret(string? KeyFile, string? Passphrase)
{
    /// <summary>Where root keys are that are not sealed, and where new ones are made; <see langword="null"/>: sealed in the state.</summary>
    public RootToken? Token { get; init; }

    /// <summary>Never the value: this type must not reach a log by accident.</summary>
    public override string ToString() => "SealSecret(…)";

    internal (SealKey Key, SealParameters Parameters) Create() => (KeyFile, Passphrase) switch
    {
        ({ } path, null) => SealKey.FromNewKeyFile(path),
        (null, { } passphrase) => SealKey.FromNewPassphrase(passphrase),
        _ => throw new SealException("Give a key file or a passphrase, not both."),
    };

    internal SealKey Open(SealParameters parameters) => (KeyFile, Passphrase) switch
    {
        ({ } path, null) => SealKey.FromKeyFile(path, parameters),
        (null, { } passphrase) => SealKey.FromPassphrase(passphrase, parameters),
        _ => throw new SealException("Give a key file or a passphrase, not both."),
    };
}
