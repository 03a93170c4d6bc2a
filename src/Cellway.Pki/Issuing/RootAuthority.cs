using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.Model.Identities;
using Cellway.Pki.Trust;

namespace Cellway.Pki.Issuing;

/// <summary>The network's root: the one key that signs certificates. Lives in the management plane only.</summary>
public sealed class RootAuthority : IDisposable
{
    /// <summary>How far back a certificate begins, for clocks that run late, and for those of replicas that run ahead by an hour: a summer time set by hand.</summary>
    public static readonly TimeSpan Backdating = TimeSpan.FromMinutes(65);

    private const int Years = 10;
    private const int SerialLength = 16;

    private readonly ECDsa _key;
    private readonly byte[]? _derivesFrom; // null: from the key itself

    private RootAuthority(ECDsa key, X509Certificate2 certificate, byte[]? derivesFrom = null)
    {
        _key = key;
        _derivesFrom = derivesFrom;
        Certificate = certificate;
        KeyHash = PublicKeys.KeyHash(certificate);
    }

    /// <summary>The root certificate, without its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>SHA-256 of its SubjectPublicKeyInfo: the pin in join tokens.</summary>
    public Hash256 KeyHash { get; }

    /// <summary>Whether its key is where nobody can take it from, a token: then it cannot be exported.</summary>
    public bool IsOnToken => _derivesFrom is not null;

    /// <summary>A new root: ECDSA P-256, 10 years, allowed to sign leaves and revocation lists and no further authority.</summary>
    public static RootAuthority Create(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return Create(ECDsa.Create(ECCurve.NamedCurves.nistP256), null, time);
    }

    /// <summary>The same with a key that a token keeps.</summary>
    /// <param name="key">ECDSA P-256; disposed with the root.</param>
    /// <param name="derivesFrom">32 random bytes, as secret as the key: what else comes from the root comes from them.</param>
    /// <param name="time">The clock.</param>
    public static RootAuthority Create(ECDsa key, ReadOnlySpan<byte> derivesFrom, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(time);
        return Create(key, derivesFrom.ToArray(), time);
    }

    /// <summary>A root from its certificate (DER) and its key on a token.</summary>
    /// <exception cref="CryptographicException">They do not belong together.</exception>
    public static RootAuthority Load(ReadOnlySpan<byte> certificate, ECDsa key, ReadOnlySpan<byte> derivesFrom)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Load(certificate, key, derivesFrom.ToArray());
    }

    private static RootAuthority Create(ECDsa key, byte[]? derivesFrom, TimeProvider time)
    {
        // No product name: whoever sees the certificate of a node must not learn from it what it is part of.
        var request = new CertificateRequest("CN=Root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));

        var now = time.GetUtcNow();
        var certificate = request.Create(
            request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), now - Backdating, now.AddYears(Years), NewSerial());
        return new(key, certificate, derivesFrom);
    }

    /// <summary>A root from its certificate (DER) and its opened private key (PKCS#8, DER).</summary>
    /// <exception cref="CryptographicException">They are damaged or do not belong together.</exception>
    public static RootAuthority Load(ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> privateKey)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(privateKey, out _);
        }
        catch
        {
            key.Dispose();
            throw;
        }

        return Load(certificate, key, null);
    }

    private static RootAuthority Load(ReadOnlySpan<byte> certificate, ECDsa key, byte[]? derivesFrom)
    {
        X509Certificate2? loaded = null;
        try
        {
            loaded = X509CertificateLoader.LoadCertificate(certificate);
            if (PublicKeys.KeyHash(key) != PublicKeys.KeyHash(loaded))
            {
                throw new CryptographicException("The root's certificate and private key do not belong together.");
            }

            return new(key, loaded, derivesFrom);
        }
        catch
        {
            loaded?.Dispose();
            key.Dispose();
            throw;
        }
    }

    /// <summary>The private key as PKCS#8, to be sealed at once and wiped.</summary>
    /// <exception cref="CryptographicException">It is on a token.</exception>
    public byte[] ExportPrivateKey() => _key.ExportPkcs8PrivateKey();

    /// <summary>The private key as PEM, encrypted: PKCS#8 in PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA-512, 600,000 iterations.</summary>
    public string ExportEncryptedPrivateKey(string passphrase) =>
        _key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA512, 600_000));

    /// <summary>Signs what is no certificate; see <see cref="SignedStatement"/>.</summary>
    public byte[] Sign(string purpose, ReadOnlySpan<byte> content) => _key.SignData(SignedStatement.Of(purpose, content), HashAlgorithmName.SHA256);

    /// <summary>A 32-byte secret for one purpose, the same every time, that does not give the key away.</summary>
    internal byte[] Derive(string purpose)
    {
        var secret = _derivesFrom is { } other ? [.. other] : _key.ExportParameters(includePrivateParameters: true).D!;
        try
        {
            return HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: Encoding.UTF8.GetBytes(purpose));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Certifies that the holder of a key is <paramref name="identity"/>.</summary>
    /// <param name="identity">The only name in the certificate that authorises anything.</param>
    /// <param name="subjectPublicKeyInfo">An ECDSA P-256 key, as <see cref="CertificateRequestReader"/> returns it.</param>
    /// <param name="lifetime">From now; cut at the root's own end.</param>
    /// <param name="time">The clock.</param>
    /// <param name="note">See <see cref="CertificateNote"/>; empty for none.</param>
    /// <exception cref="ArgumentException">The key is no P-256 key, or the lifetime is not positive.</exception>
    public X509Certificate2 Issue(Identity identity, ReadOnlySpan<byte> subjectPublicKeyInfo, TimeSpan lifetime, TimeProvider time, ReadOnlySpan<byte> note = default)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        if (!PublicKeys.TryImport(subjectPublicKeyInfo, out var key))
        {
            throw new ArgumentException("Not an ECDSA P-256 public key.", nameof(subjectPublicKeyInfo));
        }

        using (key)
        {
            var request = new CertificateRequest($"CN={identity.Id}", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(PurposesOf(identity.Role), critical: false));
            request.CertificateExtensions.Add(IdentityExtension.Of(identity));
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
            request.CertificateExtensions.Add(
                X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));

            if (!note.IsEmpty)
            {
                request.CertificateExtensions.Add(CertificateNote.Write(note));
            }

            var now = time.GetUtcNow();
            var rootEnd = new DateTimeOffset(Certificate.NotAfter.ToUniversalTime());
            var end = now + lifetime;
            return request.Create(
                Certificate.SubjectName,
                X509SignatureGenerator.CreateForECDsa(_key),
                now - (lifetime / 2 < Backdating ? lifetime / 2 : Backdating), // a node renews by the life that it reads: it must not be past at once
                end < rootEnd ? end : rootEnd,
                NewSerial());
        }
    }

    /// <summary>Lets go of the key; the platform's own copy is wiped with it.</summary>
    public void Dispose()
    {
        _key.Dispose();
        CryptographicOperations.ZeroMemory(_derivesFrom);
        Certificate.Dispose();
    }

    // RFC 5280, 4.1.2.2: positive, at most 20 bytes. 01xxxxxx keeps it positive and exactly 16 bytes long.
    internal static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialLength);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }

    private static OidCollection PurposesOf(Role role) => role switch
    {
        Role.Core or Role.Management => [new Oid(Purposes.ServerAuth), new Oid(Purposes.ClientAuth)],
        Role.Entry or Role.Operator => [new Oid(Purposes.ClientAuth)],
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };
}
