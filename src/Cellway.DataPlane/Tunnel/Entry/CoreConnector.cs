using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Tunnel.Hosting;
using Cellway.Model.Health;
using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Makes connections to Cores: TCP, then TLS 1.3 with both sides' network certificates.</summary>
internal sealed class CoreConnector(IPAddress? outboundAddress, Func<X509Certificate2> certificate, Func<Hash256, bool> isRevoked) : ICoreConnector
{
    public async Task<Http2Transport> ConnectAsync(CoreKey key, Action shaking, CancellationToken cancellationToken)
    {
        if (isRevoked(key.CertificateKeyHash))
        {
            throw new CoreUnreachableException("The Core's certificate has been revoked.", reach: CoreReach.Refused);
        }

        var socket = await ConnectAsync(key, cancellationToken);
        shaking();
        return await SecureAsync(key, socket, cancellationToken);
    }

    public async Task TouchAsync(CoreKey key, CancellationToken cancellationToken) => (await ConnectAsync(key, cancellationToken)).Dispose();

    private async Task<Socket> ConnectAsync(CoreKey key, CancellationToken cancellationToken)
    {
        var family = outboundAddress?.AddressFamily ?? (key.EndPoint is IPEndPoint ip ? ip.AddressFamily : AddressFamily.Unspecified);
        var socket = family == AddressFamily.Unspecified
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            if (outboundAddress is not null)
            {
                socket.Bind(new IPEndPoint(outboundAddress, 0));
            }

            await socket.ConnectAsync(key.EndPoint, cancellationToken);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            var refused = e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset;
            throw new CoreUnreachableException("The Core cannot be reached.", e, refused ? CoreReach.Refused : CoreReach.Unreachable);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Http2Transport> SecureAsync(CoreKey key, Socket socket, CancellationToken cancellationToken)
    {
        var bulk = new BulkStream(socket, tls: true);
        var tls = new SslStream(bulk, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = key.ExitDomain,
                    ApplicationProtocols = [SslApplicationProtocol.Http2],
                    EnabledSslProtocols = SslProtocols.Tls13,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                    LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate(),
                    RemoteCertificateValidationCallback = (_, leaf, _, _) =>
                        leaf is X509Certificate2 presented && KeyHash.Of(presented) == key.CertificateKeyHash,
                },
                cancellationToken);
            return new(tls, bulk);
        }
        catch (Exception e)
        {
            await tls.DisposeAsync();
            if (e is AuthenticationException or IOException)
            {
                throw new CoreUnreachableException(
                    "The TLS handshake failed: the certificate is not the route's, or TLS 1.3 is not spoken.", e, CoreReach.Refused);
            }

            throw;
        }
    }
}
