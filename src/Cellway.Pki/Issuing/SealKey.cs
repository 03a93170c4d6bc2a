using System.Security.Cryptography;
using System.Text;

namespace Cellway.Pki.Issuing;

/// <summary>A key-encryption key: secrets at rest are sealed with it (AES-256-GCM, the purpose as associated data).</summary>
/// <remarks>A sealed secret is <c>version (1) | nonce (12) | tag (16) | ciphertext</c>.</remarks>
public sealed class SealKey : IDisposable
{
    internal const int VerifierLength = 16;

    private const byte Format = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int KeyLength = 32;
    private const string WrapPurpose = "seal key";

    private readonly byte[] _key;

    private SealKey(byte[] key) => _key = key;

    /// <summary>A new key from a passphrase. Keep the parameters beside what it seals.</summary>
    /// <exception cref="SealException">The passphrase is empty.</exception>
    public static (SealKey Key, SealParameters Parameters) FromNewPassphrase(string passphrase) =>
        FromNewPassphrase(passphrase, SealParameters.DefaultIterations);

    /// <summary>The key again, from the same passphrase.</summary>
    /// <exception cref="SealException">The passphrase is wrong, or the parameters are damaged or for a key file.</exception>
    public static SealKey FromPassphrase(string passphrase, SealParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        parameters.Check(SealSource.Passphrase);
        var (key, verifier) = Stretch(passphrase, parameters.Salt, parameters.Iterations);
        return Verified(key, verifier, parameters, "The passphrase is wrong.").Inner(parameters);
    }

    /// <summary>A new key from a key file. Keep the parameters beside what it seals.</summary>
    /// <exception cref="SealException">The file cannot be used; the message says what to do.</exception>
    public static (SealKey Key, SealParameters Parameters) FromNewKeyFile(string path)
    {
        var salt = RandomNumberGenerator.GetBytes(SealParameters.SaltLength);
        var (key, verifier) = Split(KeyFile.Read(path), salt);
        return (new(key), new(SealParameters.CurrentVersion, SealSource.KeyFile, salt, 0, verifier));
    }

    /// <summary>The key again, from the same file.</summary>
    /// <exception cref="SealException">The file is another one or cannot be used, or the parameters are damaged or for a passphrase.</exception>
    public static SealKey FromKeyFile(string path, SealParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        parameters.Check(SealSource.KeyFile);
        var (key, verifier) = Split(KeyFile.Read(path), parameters.Salt);
        return Verified(key, verifier, parameters, $"The key file {path} is not the one this root key was sealed with.").Inner(parameters);
    }

    /// <summary>The key that <see cref="Export"/> gave out.</summary>
    /// <exception cref="SealException">It is none.</exception>
    public static SealKey Import(ReadOnlySpan<byte> key) => key.Length == KeyLength ? new(key.ToArray()) : throw new SealException("The seal key is damaged.");

    /// <summary>The key itself, to be encrypted at once: whoever has it opens whatever it seals.</summary>
    public byte[] Export() => [.. _key];

    /// <summary>Lets another passphrase or key file open this key, so that nothing that it seals is sealed anew.</summary>
    /// <param name="outer">What that passphrase or key file gives, with the parameters to keep.</param>
    public SealParameters WrapFor((SealKey Key, SealParameters Parameters) outer) =>
        outer.Parameters with { Version = SealParameters.WrappedVersion, Wrapped = outer.Key.Seal(WrapPurpose, _key) };

    /// <summary>Seals <paramref name="secret"/>; only the same purpose opens it.</summary>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> secret)
    {
        var result = new byte[1 + NonceLength + TagLength + secret.Length];
        result[0] = Format;
        var nonce = result.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagLength);
        aes.Encrypt(nonce, secret, result.AsSpan(1 + NonceLength + TagLength), result.AsSpan(1 + NonceLength, TagLength), Associated(purpose));
        return result;
    }

    /// <summary>Opens what <see cref="Seal"/> made for the same purpose.</summary>
    /// <exception cref="SealException">It is damaged, or was sealed for another purpose or with another key.</exception>
    public byte[] Open(string purpose, ReadOnlySpan<byte> sealedSecret)
    {
        if (sealedSecret.Length < 1 + NonceLength + TagLength || sealedSecret[0] != Format)
        {
            throw Damaged(purpose, null);
        }

        var secret = new byte[sealedSecret.Length - 1 - NonceLength - TagLength];
        using var aes = new AesGcm(_key, TagLength);
        try
        {
            aes.Decrypt(
                sealedSecret.Slice(1, NonceLength),
                sealedSecret[(1 + NonceLength + TagLength)..],
                sealedSecret.Slice(1 + NonceLength, TagLength),
                secret,
                Associated(purpose));
            return secret;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw Damaged(purpose, e);
        }
    }

    /// <summary>Wipes the key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    /// <summary>Never the value: this type must not reach a log by accident.</summary>
    public override string ToString() => "SealKey(…)";

    internal static (SealKey Key, SealParameters Parameters) FromNewPassphrase(string passphrase, int iterations)
    {
        if (string.IsNullOrWhiteSpace(passphrase))
        {
            throw new SealException("The passphrase is empty: give one, or use a key file.");
        }

        var salt = RandomNumberGenerator.GetBytes(SealParameters.SaltLength);
        var (key, verifier) = Stretch(passphrase, salt, iterations);
        return (new(key), new(SealParameters.CurrentVersion, SealSource.Passphrase, salt, iterations, verifier));
    }

    private SealKey Inner(SealParameters parameters)
    {
        if (parameters.Wrapped is not { } wrapped)
        {
            return this;
        }

        using (this)
        {
            return new(Open(WrapPurpose, wrapped));
        }
    }

    private static SealKey Verified(byte[] key, byte[] verifier, SealParameters parameters, string otherwise)
    {
        if (CryptographicOperations.FixedTimeEquals(verifier, parameters.Verifier))
        {
            return new(key);
        }

        CryptographicOperations.ZeroMemory(key);
        throw new SealException(otherwise);
    }

    private static (byte[] Key, byte[] Verifier) Stretch(string passphrase, byte[] salt, int iterations)
    {
        var words = Encoding.UTF8.GetBytes(passphrase ?? "");
        var stretched = Rfc2898DeriveBytes.Pbkdf2(words, salt, iterations, HashAlgorithmName.SHA512, KeyLength);
        CryptographicOperations.ZeroMemory(words);
        return Split(stretched, salt);
    }

    // The verifier is stored in the open, so it must say nothing about the key: two independent outputs of HKDF.
    private static (byte[] Key, byte[] Verifier) Split(byte[] material, byte[] salt)
    {
        var pseudoRandom = HKDF.Extract(HashAlgorithmName.SHA256, material, salt);
        var key = HKDF.Expand(HashAlgorithmName.SHA256, pseudoRandom, KeyLength, "cellway seal key"u8.ToArray());
        var verifier = HKDF.Expand(HashAlgorithmName.SHA256, pseudoRandom, VerifierLength, "cellway seal verifier"u8.ToArray());
        CryptographicOperations.ZeroMemory(material);
        CryptographicOperations.ZeroMemory(pseudoRandom);
        return (key, verifier);
    }

    private static byte[] Associated(string purpose)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        return Encoding.UTF8.GetBytes(purpose);
    }

    private static SealException Damaged(string purpose, Exception? cause)
    {
        var message = $"The sealed secret for “{purpose}” is damaged: restore it from a backup.";
        return cause is null ? new(message) : new(message, cause);
    }
}
