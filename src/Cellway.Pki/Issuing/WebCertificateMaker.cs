using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Pki.Trust;

namespace Cellway.Pki.Issuing;

/// <summary>Certificates for domains in networks that have no public ones: on one machine, and in tests.</summary>
/// <remarks>The authority signs one leaf and its key is thrown away, so whoever trusts it trusts nothing else with it.</remarks>
public static class WebCertificateMaker
{
    /// <summary>Makes an authority, a key, and a certificate for all these names.</summary>
    /// <exception cref="ArgumentException">There is no name.</exception>
    public static MadeWebCertificate Make(
        IReadOnlyCollection<string> domains, IReadOnlyCollection<IPAddress> addresses, TimeSpan lifetime, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(domains);
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        if (domains.Count + addresses.Count == 0)
        {
            throw new ArgumentException("A certificate needs a name.", nameof(domains));
        }

        var begin = time.GetUtcNow() - RootAuthority.Backdating;
        var end = time.GetUtcNow() + lifetime;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = MakeAuthority(authorityKey, begin, end);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = LeafRequest(key, authority, domains, addresses)
            .Create(authority.SubjectName, X509SignatureGenerator.CreateForECDsa(authorityKey), begin, end, RootAuthority.NewSerial());
        return new(authority.ExportCertificatePem(), leaf.ExportCertificatePem(), key.ExportPkcs8PrivateKey());
    }

    private static X509Certificate2 MakeAuthority(ECDsa key, DateTimeOffset begin, DateTimeOffset end)
    {
        // The hash makes the name unique: a client may trust several of these at once.
        var name = $"CN=Local authority {PublicKeys.KeyHash(key).ToString()[..8]}";
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), begin, end, RootAuthority.NewSerial());
    }

    private static CertificateRequest LeafRequest(
        ECDsa key, X509Certificate2 authority, IReadOnlyCollection<string> domains, IReadOnlyCollection<IPAddress> addresses)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var domain in domains)
        {
            names.AddDnsName(domain);
        }

        foreach (var address in addresses)
        {
            names.AddIpAddress(address);
        }

        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(Purposes.ServerAuth)], critical: false));
        request.CertificateExtensions.Add(names.Build(critical: true)); // critical where the subject is empty: RFC 5280, 4.2.1.6
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request;
    }
}
