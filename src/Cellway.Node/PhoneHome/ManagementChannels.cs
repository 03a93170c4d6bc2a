using Cellway.Model.Cells;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Identities;
using Cellway.Node.Certificates;
using Cellway.Node.Hosting;
using Cellway.Pki.Trust;
using Grpc.Net.Client;

namespace Cellway.Node.PhoneHome;

/// <summary>Opens gRPC channels to management. None of them has a logger: gRPC's own lines name addresses.</summary>
internal sealed class ManagementChannels(NodeOptions options, NodeCertificate certificate, NodeTrust trust, TimeProvider time)
{
    private const int MaxMessage = 64 * 1024 * 1024; // a snapshot of every route shard of a large cell

    /// <summary>A channel on which both sides prove themselves.</summary>
    public GrpcChannel Open(HostPort endpoint) => Open(
        endpoint,
        options.BindAddress,
        certificate,
        (leaf, extra) => trust.Current.Verify(leaf, extra, PeerSide.Server, time, Role.Management).IsTrusted);

    public static GrpcChannel Open(
        HostPort endpoint,
        string? bindAddress,
        NodeCertificate? certificate,
        Func<X509Certificate2?, IEnumerable<X509Certificate2>, bool> believe)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            EnableMultipleHttp2Connections = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                AllowTlsResume = false, // a resumed session would show management no certificate to check for revocation

                // The platform builds a chain of its own before it asks below: it must fetch nothing that a stranger's certificate names.
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    DisableCertificateDownloads = true,
                },
                RemoteCertificateValidationCallback = (_, leaf, chain, _) =>
                    believe(leaf as X509Certificate2, chain?.ChainPolicy.ExtraStore ?? []),

                // Asked at each handshake, so that a renewed certificate is shown as soon as it is there.
                LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate.Current,
            },
        };
        if (bindAddress is not null)
        {
            var local = IPAddress.Parse(bindAddress);
            handler.ConnectCallback = (context, cancellationToken) => ConnectFromAsync(local, context.DnsEndPoint, cancellationToken);
        }

        return GrpcChannel.ForAddress(
            $"https://{endpoint}",
            new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = MaxMessage });
    }

    private static async ValueTask<Stream> ConnectFromAsync(IPAddress local, DnsEndPoint remote, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(remote.Host, local.AddressFamily, cancellationToken);
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(local, 0));
            await socket.ConnectAsync(addresses, remote.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
