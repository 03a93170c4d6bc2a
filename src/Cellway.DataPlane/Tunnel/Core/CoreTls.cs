using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Front;
using Cellway.DataPlane.Tunnel.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>Chooses the face of a connection: the network's to Entries, the web's to everyone else.</summary>
internal sealed class CoreTls(CoreServerOptions options, CoreServerServices services, ILogger logger)
{
    private sealed record Own(X509Certificate2 Certificate, SslStreamCertificateContext Context);

    private Own? _own;

    public async ValueTask<SslServerAuthenticationOptions> FaceForAsync(
        FrontConnection connection, Swapped<CoreSnapshot> current, CancellationToken cancellationToken)
    {
        var snapshot = await current.GetAsync(cancellationToken);
        if (!IsEntryAddress(connection.Remote.Address, snapshot.Face))
        {
            return snapshot.WebFace;
        }

        var peer = new EntryPeer();
        connection.Identity = peer;
        return new()
        {
            ServerCertificateContext = ContextOf(services.NetworkCertificate()),
            ApplicationProtocols = WebCertificate.Protocols,
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificateRequired = true,
            AllowTlsResume = false, // every connection shows its certificate, so that a revoked one cannot come back
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => Accept(certificate as X509Certificate2, peer, current.Value.Face),
        };
    }

    /// <summary>Whether Entries connect from there.</summary>
    public static bool IsEntryAddress(IPAddress address, CoreFace face) =>
        face.EntryAddresses.Contains(address)
        || (address.IsIPv4MappedToIPv6 && face.EntryAddresses.Contains(address.MapToIPv4()));

    private bool Accept(X509Certificate2? certificate, EntryPeer peer, CoreFace face)
    {
        if (certificate is null || !EntryCertificateCheck.IsEntry(
            certificate, services.TrustedRoots(), options.NetworkId, face.RevokedKeys, services.Time.GetUtcNow()))
        {
            CoreLog.EntryRefused(logger);
            return false;
        }

        peer.Key = KeyHash.Of(certificate);
        return true;
    }

    private SslStreamCertificateContext ContextOf(X509Certificate2 certificate)
    {
        var own = Volatile.Read(ref _own);
        if (own is null || !ReferenceEquals(own.Certificate, certificate))
        {
            own = new(certificate, SslStreamCertificateContext.Create(certificate, null, offline: true));
            Volatile.Write(ref _own, own);
        }

        return own.Context;
    }
}
