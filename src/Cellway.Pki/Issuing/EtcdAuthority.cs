using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Pki.Trust;

namespace Cellway.Pki.Issuing;

/// <summary>The authority that the network's etcd members and their clients trust, and that nothing else trusts.</summary>
/// <remarks>
/// etcd believes every certificate of the authority it is given. Given the root, it would let every node read the state; so it is given
/// this one. Its key is derived from the root's: whoever can open the root can make it again, and nothing more has to be kept.
/// </remarks>
public sealed class EtcdAuthority : IDisposable
{
    /// <summary>The common name of every member: what <c>--peer-cert-allowed-cn</c> asks for, so that clients cannot be peers.</summary>
    public const string MemberName = "member";

    // SEC 2, 2.4.2
    private static readonly BigInteger Order = new(Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), true, true);

    private readonly ECDsa _key;

    private EtcdAuthority(ECDsa key, X509Certificate2 certificate)
    {
        _key = key;
        Certificate = certificate;
    }

    /// <summary>Its certificate, without its key. Made anew by every <see cref="Of"/>; all of them stand for each other.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The authority of a root: always the same key.</summary>
    public static EtcdAuthority Of(RootAuthority root)
    {
        ArgumentNullException.ThrowIfNull(root);
        var key = DeriveKey(root);
        var request = new CertificateRequest($"CN=Store authority {PublicKeys.KeyHash(key).ToString()[..8]}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var certificate = request.Create(
            request.SubjectName,
            X509SignatureGenerator.CreateForECDsa(key),
            root.Certificate.NotBefore,
            root.Certificate.NotAfter,
            RootAuthority.NewSerial());
        return new(key, certificate);
    }

    /// <summary>A certificate for a member, as a server and as a peer of the others.</summary>
    /// <param name="names">Every host name and address by which clients and other members call it.</param>
    /// <param name="subjectPublicKeyInfo">Its ECDSA P-256 key.</param>
    /// <param name="lifetime">From now; cut at the root's own end.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">There is no name, or the key is no P-256 key.</exception>
    public X509Certificate2 IssueMember(IReadOnlyCollection<string> names, ReadOnlySpan<byte> subjectPublicKeyInfo, TimeSpan lifetime, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentOutOfRangeException.ThrowIfZero(names.Count);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        return Issue(MemberName, [new Oid(Purposes.ServerAuth), new Oid(Purposes.ClientAuth)], alternatives.Build(), subjectPublicKeyInfo, lifetime, time);
    }

    /// <summary>A certificate for a client. It names no identity of the network, so it is worth nothing anywhere else.</summary>
    /// <param name="name">Its common name: the user that etcd takes it for, if etcd has users.</param>
    /// <param name="subjectPublicKeyInfo">Its ECDSA P-256 key.</param>
    /// <param name="lifetime">From now; cut at the root's own end.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">It would be taken for a member, or the key is no P-256 key.</exception>
    public X509Certificate2 IssueClient(string name, ReadOnlySpan<byte> subjectPublicKeyInfo, TimeSpan lifetime, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name != MemberName
            ? Issue(name, [new Oid(Purposes.ClientAuth)], null, subjectPublicKeyInfo, lifetime, time)
            : throw new ArgumentException($"A client called “{MemberName}” would be taken for a member of the cluster.", nameof(name));
    }

    /// <summary>Lets go of the key.</summary>
    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }

    private static ECDsa DeriveKey(RootAuthority root)
    {
        for (var i = 0; ; i++)
        {
            var secret = root.Derive($"etcd authority {i}");
            if (new BigInteger(secret, isUnsigned: true, isBigEndian: true) is var number && number > BigInteger.Zero && number < Order)
            {
                var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret });
                CryptographicOperations.ZeroMemory(secret);
                return key;
            }
        }
    }

    private X509Certificate2 Issue(
        string commonName, OidCollection purposes, X509Extension? names, ReadOnlySpan<byte> subjectPublicKeyInfo, TimeSpan lifetime, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        if (!PublicKeys.TryImport(subjectPublicKeyInfo, out var key))
        {
            throw new ArgumentException("Not an ECDSA P-256 public key.", nameof(subjectPublicKeyInfo));
        }

        using (key)
        {
            var subject = new X500DistinguishedNameBuilder();
            subject.AddCommonName(commonName);
            var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(purposes, critical: false));
            if (names is not null)
            {
                request.CertificateExtensions.Add(names);
            }

            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
            request.CertificateExtensions.Add(
                X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
            var now = time.GetUtcNow();
            var authorityEnd = new DateTimeOffset(Certificate.NotAfter.ToUniversalTime());
            var end = now + lifetime;
            return request.Create(
                Certificate.SubjectName,
                X509SignatureGenerator.CreateForECDsa(_key),
                now - RootAuthority.Backdating,
                end < authorityEnd ? end : authorityEnd,
                RootAuthority.NewSerial());
        }
    }
}
