using System.Text.Json.Serialization;

namespace Cellway.Pki.Issuing;

/// <summary>What is stored beside sealed secrets so that the same <see cref="SealKey"/> can be made again. Nothing in it is secret; it serializes to JSON.</summary>
/// <param name="Version">The format, 1.</param>
/// <param name="Source">What the key comes from.</param>
/// <param name="Salt">16 or more random bytes.</param>
/// <param name="Iterations">The cost of PBKDF2-HMAC-SHA-512; 0 for a key file, whose bytes need no stretching.</param>
/// <param name="Verifier">Tells a wrong passphrase from a damaged secret.</param>
public sealed record SealParameters(int Version, SealSource Source, byte[] Salt, int Iterations, byte[] Verifier)
{
    /// <summary>OWASP's cost for PBKDF2-HMAC-SHA-512 (Password Storage Cheat Sheet, 2023).</summary>
    public const int DefaultIterations = 210_000;

    /// <summary>More than this in a stored file is taken for damage: it would hold the program up for minutes.</summary>
    internal const int MaxIterations = 20_000_000;

    internal const int CurrentVersion = 1;

    /// <summary>Of parameters with <see cref="Wrapped"/>: a program that does not know it must not take the outer key for the inner one.</summary>
    internal const int WrappedVersion = 2;

    internal const int SaltLength = 16;

    /// <summary>The key that seals, sealed with the one that the source gives; <see langword="null"/> where that is the key itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Wrapped { get; init; }

    /// <summary>Throws unless the parameters can be used with this source.</summary>
    internal void Check(SealSource source)
    {
        if (Version is < CurrentVersion or > WrappedVersion)
        {
            throw new SealException($"The root key was sealed in format {Version}, and this program knows formats {CurrentVersion} and {WrappedVersion}: use a newer version of it.");
        }

        if (Source != source)
        {
            throw new SealException(Source == SealSource.Passphrase
                ? "The root key is sealed with a passphrase, not with a key file: give the passphrase."
                : "The root key is sealed with a key file, not with a passphrase: give the key file.");
        }

        var stretched = Source == SealSource.Passphrase;
        if (Salt is not { Length: >= SaltLength }
            || Verifier is not { Length: SealKey.VerifierLength }
            || Version == WrappedVersion != (Wrapped is not null)
            || (stretched ? Iterations is < 1 or > MaxIterations : Iterations != 0))
        {
            throw new SealException("The stored seal parameters are damaged: restore them from a backup.");
        }
    }
}
