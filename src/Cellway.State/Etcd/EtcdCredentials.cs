using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cellway.State.Etcd;

/// <summary>How members and we prove ourselves to each other: three PEM files, named as in a Kubernetes TLS secret.</summary>
/// <remarks>The certificate and its key are read again for every connection, as etcd does, so that a renewal needs no restart.</remarks>
internal sealed class EtcdCredentials
{
    public const string AuthorityFile = "ca.crt";
    public const string CertificateFile = "tls.crt";
    public const string KeyFile = "tls.key";

    private readonly string _directory;
    private readonly X509Certificate2Collection _authorities = [];

    private EtcdCredentials(string directory) => _directory = directory;

    /// <exception cref="EtcdStoreException">A file is missing or is not what it should be.</exception>
    public static EtcdCredentials Load(string directory)
    {
        var credentials = new EtcdCredentials(directory);
        try
        {
            credentials._authorities.ImportFromPemFile(Path.Combine(directory, AuthorityFile));
            credentials.Certificate().Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new EtcdStoreException(
                $"The etcd credentials in {directory} cannot be read: {e.Message} Three files belong there: {AuthorityFile}, {CertificateFile} and {KeyFile}; “cellway etcd certificate” makes them.",
                e);
        }

        return credentials._authorities.Count > 0
            ? credentials
            : throw new EtcdStoreException($"{Path.Combine(directory, AuthorityFile)} holds no certificate: “cellway etcd certificate” makes it.");
    }

    public SslClientAuthenticationOptions ForConnections()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authorities);
        return new() { CertificateChainPolicy = policy, LocalCertificateSelectionCallback = (_, _, _, _, _) => Certificate() };
    }

    private X509Certificate2 Certificate() =>
        X509Certificate2.CreateFromPemFile(Path.Combine(_directory, CertificateFile), Path.Combine(_directory, KeyFile));
}
