using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Tunnel.Client;

/// <summary>Makes connections to an Entry: TCP, then TLS 1.3 with a certificate that is right for the name.</summary>
internal sealed class ClientConnector(TunnelClientOptions options)
{
    /// <exception cref="IOException">The Entry cannot be reached, or its certificate is not trusted.</exception>
    public async Task<Http2Transport> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var bulk = new BulkStream(socket, tls: true);
        var tls = new SslStream(bulk, leaveInnerStreamOpen: false);
        try
        {
            await socket.ConnectAsync(options.Server, cancellationToken);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = options.ServerName,
                    ApplicationProtocols = [SslApplicationProtocol.Http2],
                    EnabledSslProtocols = SslProtocols.Tls13,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                    RemoteCertificateValidationCallback = IsTrusted,
                },
                cancellationToken);
            return tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2
                ? new(tls, bulk)
                : throw new IOException("The server does not speak HTTP/2.");
        }
        catch (Exception e)
        {
            await tls.DisposeAsync();
            throw e is SocketException or AuthenticationException ? new IOException(e.Message, e) : e;
        }
    }

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || options.ExtraRoots.Count == 0 || certificate is not X509Certificate2 leaf)
        {
            return errors == SslPolicyErrors.None; // a wrong name is never excused
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(options.ExtraRoots);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null)
        {
            own.ChainPolicy.ExtraStore.AddRange(chain.ChainElements.Select(e => e.Certificate).ToArray());
        }

        return own.Build(leaf);
    }
}
