using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.Pki.Requesting;

namespace Cellway.Pki.Issuing;

/// <summary>A credential for etcd as three PEM files, named as in a Kubernetes TLS secret: <c>ca.crt</c>, <c>tls.crt</c>, <c>tls.key</c>.</summary>
public static class EtcdCredentialFiles
{
    /// <summary>Makes a key and writes the credential of a member.</summary>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public static X509Certificate2 WriteMember(string directory, EtcdAuthority authority, IReadOnlyCollection<string> names, TimeSpan lifetime, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(authority);
        return Write(directory, authority, key => authority.IssueMember(names, key, lifetime, time));
    }

    /// <summary>Makes a key and writes the credential of a client.</summary>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public static X509Certificate2 WriteClient(string directory, EtcdAuthority authority, string name, TimeSpan lifetime, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(authority);
        return Write(directory, authority, key => authority.IssueClient(name, key, lifetime, time));
    }

    private delegate X509Certificate2 Issuing(ReadOnlySpan<byte> subjectPublicKeyInfo);

    private static X509Certificate2 Write(string directory, EtcdAuthority authority, Issuing issue)
    {
        using var key = NodeKey.New();
        if (!CertificateRequestReader.TryRead(key.CreateRequest(), out var publicKey, out var fault))
        {
            throw new InvalidOperationException($"Our own request is refused: {fault}.");
        }

        var certificate = issue(publicKey);
        PrivateFiles.EnsureDirectory(directory);
        PrivateFiles.Write(Path.Combine(directory, "ca.crt"), Pem(authority.Certificate));

        // The key last but one and the certificate last: who reads in between sees a pair that does not match, and tries again.
        key.Save(Path.Combine(directory, "tls.key"));
        PrivateFiles.Write(Path.Combine(directory, "tls.crt"), Pem(certificate));
        return certificate;
    }

    private static byte[] Pem(X509Certificate2 certificate) => Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n");
}
