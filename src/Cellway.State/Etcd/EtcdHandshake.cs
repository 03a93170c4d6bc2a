using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Cellway.State.Etcd;

/// <summary>Finds out whether it was the certificates that kept a member from answering.</summary>
/// <remarks>
/// A server of TLS 1.3 judges our certificate after the handshake, and what the HTTP client then reports depends on which of its reads and
/// writes meets the closed connection. A handshake of its own, and waiting for etcd's first bytes, tells for sure.
/// </remarks>
internal static class EtcdHandshake
{
    /// <returns>What was wrong; <see langword="null"/> when it was not the certificates.</returns>
    public static async Task<string?> FindRefusalAsync(Uri endpoint, EtcdCredentials credentials, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(endpoint.DnsSafeHost, endpoint.Port, cancellationToken);
        }
        catch (SocketException)
        {
            return null;
        }

        await using var tls = new SslStream(socket.GetStream());
        try
        {
            var options = credentials.ForConnections();
            options.TargetHost = endpoint.DnsSafeHost;
            options.ApplicationProtocols = [SslApplicationProtocol.Http2];
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            return await tls.ReadAsync(new byte[1], cancellationToken) > 0 ? null : "it closes the connection once it has seen ours";
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return (e.InnerException ?? e).Message.TrimEnd('.');
        }
    }
}
