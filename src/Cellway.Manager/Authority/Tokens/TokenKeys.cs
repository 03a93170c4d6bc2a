using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Pki.Issuing;
using Net.Pkcs11Interop.Common;

namespace Cellway.Manager.Authority.Tokens;

/// <summary>The root keys on a token, each by its CKA_ID.</summary>
internal sealed class TokenKeys(RootToken token) : IDisposable
{
    private const int IdLength = 16;
    private const string Label = "root";
    private static readonly byte[] P256 = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]; // its OID, DER (RFC 5480, 2.1.1.1)

    private readonly TokenSession _session = new(token);

    /// <summary>Makes a key on the token that cannot be read out.</summary>
    /// <exception cref="SealException">The token cannot be had.</exception>
    public (ECDsa Key, string Id) Create()
    {
        var id = RandomNumberGenerator.GetBytes(IdLength);
        var attributes = TokenSession.Factories.ObjectAttributeFactory;
        var point = _session.Do(session =>
        {
            using var mechanism = TokenSession.Factories.MechanismFactory.Create(CKM.CKM_EC_KEY_PAIR_GEN);
            session.GenerateKeyPair(
                mechanism,
                [
                    attributes.Create(CKA.CKA_TOKEN, true), attributes.Create(CKA.CKA_VERIFY, true), attributes.Create(CKA.CKA_EC_PARAMS, P256),
                    attributes.Create(CKA.CKA_ID, id), attributes.Create(CKA.CKA_LABEL, Label),
                ],
                [
                    attributes.Create(CKA.CKA_TOKEN, true), attributes.Create(CKA.CKA_PRIVATE, true), attributes.Create(CKA.CKA_SENSITIVE, true),
                    attributes.Create(CKA.CKA_EXTRACTABLE, false), attributes.Create(CKA.CKA_SIGN, true), attributes.Create(CKA.CKA_ID, id), attributes.Create(CKA.CKA_LABEL, Label),
                ],
                out var made,
                out _);
            return session.GetAttributeValue(made, [CKA.CKA_EC_POINT])[0].GetValueAsByteArray();
        });
        return (new TokenKey(_session, id, PublicOf(point)), Convert.ToHexStringLower(id));
    }

    /// <summary>The key of a certificate, proved by a signature.</summary>
    /// <exception cref="SealException">The token cannot be had, or has no such key.</exception>
    public ECDsa Open(string id, ReadOnlySpan<byte> certificate)
    {
        using var loaded = X509CertificateLoader.LoadCertificate(certificate);
        using var known = loaded.GetECDsaPublicKey() ?? throw new CryptographicException("The root's certificate has another kind of key.");
        var key = new TokenKey(_session, Convert.FromHexString(id), known.ExportParameters(includePrivateParameters: false));
        var question = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
        if (key.VerifyHash(question, key.SignHash(question)))
        {
            return key;
        }

        key.Dispose();
        throw new SealException($"The key {id} on the token “{token.Label}” is not that of the root's certificate.");
    }

    public void Dispose() => _session.Dispose();

    // DER of an OCTET STRING, as PKCS#11 says; from older tokens the bare point.
    private static ECParameters PublicOf(byte[] point)
    {
        var bare = point is [0x04, 0x41, 0x04, ..] ? AsnDecoder.ReadOctetString(point, AsnEncodingRules.DER, out _) : point;
        return bare is [0x04, ..] && bare.Length == 65
            ? new() { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = bare[1..33], Y = bare[33..] } }
            : throw new CryptographicException("The token has made a key of another form than an uncompressed point on P-256.");
    }

    /// <summary>Signs on the token, and verifies here.</summary>
    private sealed class TokenKey : ECDsa
    {
        private readonly TokenSession _session;
        private readonly byte[] _id;
        private readonly ECParameters _public;
        private readonly ECDsa _verifier;

        public TokenKey(TokenSession session, byte[] id, ECParameters @public)
        {
            (_session, _id, _public, _verifier) = (session, id, @public, Create(@public));
            LegalKeySizesValue = [new(256, 256, 0)];
            KeySizeValue = 256;
        }

        public override byte[] SignHash(byte[] hash) => _session.Do(session =>
        {
            var attributes = TokenSession.Factories.ObjectAttributeFactory;
            var found = session.FindAllObjects([attributes.Create(CKA.CKA_CLASS, CKO.CKO_PRIVATE_KEY), attributes.Create(CKA.CKA_ID, _id)]);
            using var mechanism = TokenSession.Factories.MechanismFactory.Create(CKM.CKM_ECDSA);
            return found is [var key, ..] ? session.Sign(mechanism, key, hash) : throw new SealException($"The token has no root key {Convert.ToHexStringLower(_id)}: it is not the one that the root was made on, nor a copy of it.");
        });

        public override bool VerifyHash(byte[] hash, byte[] signature) => _verifier.VerifyHash(hash, signature);

        public override ECParameters ExportParameters(bool includePrivateParameters) =>
            includePrivateParameters ? throw new CryptographicException("The key does not leave its token.") : _public;

        protected override byte[] HashData(byte[] data, int offset, int count, HashAlgorithmName hashAlgorithm) => hashAlgorithm == HashAlgorithmName.SHA256
            ? SHA256.HashData(data.AsSpan(offset, count))
            : throw new NotSupportedException("The root signs with SHA-256.");

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _verifier.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
