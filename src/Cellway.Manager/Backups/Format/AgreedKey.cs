using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Cms;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Cms;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Cellway.Manager.Backups.Format;

/// <summary>One recipient of an envelope: a fresh P-256 key agrees with theirs on what wraps the content's key (RFC 5753, dhSinglePass-stdDH-sha256kdf, AES-256 wrap).</summary>
/// <remarks>Written here because the library derives from an algorithm identifier with a NULL that RFC 3565 leaves out, so that OpenSSL cannot open what it wraps.</remarks>
internal sealed class AgreedKey(X509Certificate2 recipient) : RecipientInfoGenerator
{
    private const string AgreementId = "1.3.132.1.11.1";
    private const string WrapId = "2.16.840.1.101.3.4.1.45";
    private const int KeyBits = 256;

    public RecipientInfo Generate(KeyParameter contentEncryptionKey, SecureRandom random)
    {
        using var theirs = KeyOf(recipient);
        using var ours = ECDiffieHellman.Create(theirs.ExportParameters(false).Curve);
        var engine = new AesWrapEngine();
        engine.Init(true, new KeyParameter(DeriveWrappingKey(ours, theirs.PublicKey)));
        var contentKey = contentEncryptionKey.GetKey();
        var wrapped = engine.Wrap(contentKey, 0, contentKey.Length);

        var certificate = X509CertificateStructure.GetInstance(recipient.RawData);
        var originator = SubjectPublicKeyInfo.GetInstance(ours.PublicKey.ExportSubjectPublicKeyInfo());
        return new(new KeyAgreeRecipientInfo(
            new OriginatorIdentifierOrKey(new OriginatorPublicKey(originator.Algorithm, originator.PublicKey)),
            null,
            new AlgorithmIdentifier(new DerObjectIdentifier(AgreementId), new AlgorithmIdentifier(new DerObjectIdentifier(WrapId))),
            new DerSequence(new RecipientEncryptedKey(
                new KeyAgreeRecipientIdentifier(new IssuerAndSerialNumber(certificate.Issuer, certificate.SerialNumber)), new DerOctetString(wrapped)))));
    }

    /// <returns>The content's key, or <see langword="null"/> when it is not wrapped for <paramref name="key"/>.</returns>
    public static byte[]? TryUnwrap(RecipientInfo recipient, ECDiffieHellman key)
    {
        if (recipient.Info is not KeyAgreeRecipientInfo { Originator.OriginatorKey: { } originator } agreed
            || agreed.KeyEncryptionAlgorithm is not { Algorithm.Id: AgreementId } algorithm
            || AlgorithmIdentifier.GetInstance(algorithm.Parameters).Algorithm.Id != WrapId)
        {
            return null;
        }

        using var ours = ECDiffieHellman.Create();
        ours.ImportSubjectPublicKeyInfo(new SubjectPublicKeyInfo(originator.Algorithm, originator.PublicKey.GetBytes()).GetDerEncoded(), out _);
        var engine = new AesWrapEngine();
        foreach (var wrapped in agreed.RecipientEncryptedKeys.Select(RecipientEncryptedKey.GetInstance))
        {
            try
            {
                engine.Init(false, new KeyParameter(DeriveWrappingKey(key, ours.PublicKey)));
                return engine.Unwrap(wrapped.EncryptedKey.GetOctets(), 0, wrapped.EncryptedKey.GetOctetsLength());
            }
            catch (InvalidCipherTextException)
            {
                // For somebody else: a wrapped key proves which key wraps it.
            }
        }

        return null;
    }

    // Read as a bare key: an operator's certificate says that its key signs, and the platform would refuse to agree with it.
    private static ECDiffieHellman KeyOf(X509Certificate2 certificate)
    {
        var key = ECDiffieHellman.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(certificate.PublicKey.ExportSubjectPublicKeyInfo(), out _);
            return key;
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            key.Dispose();
            throw new BackupException($"The certificate of {certificate.Subject} has no elliptic-curve key: a backup is encrypted to operators' certificates.", e);
        }
    }

    // X9.63's derivation, of which one block is enough: SHA-256 of secret | 00000001 | ECC-CMS-SharedInfo (RFC 5753, 7.2).
    private static byte[] DeriveWrappingKey(ECDiffieHellman ours, ECDiffieHellmanPublicKey theirs)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(WrapId);
            }

            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2)))
            {
                var bits = new byte[sizeof(int)];
                BinaryPrimitives.WriteInt32BigEndian(bits, KeyBits);
                writer.WriteOctetString(bits);
            }
        }

        return ours.DeriveKeyFromHash(theirs, HashAlgorithmName.SHA256, null, [0, 0, 0, 1, .. writer.Encode()]);
    }
}
