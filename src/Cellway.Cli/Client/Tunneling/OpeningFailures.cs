using System.Net.Sockets;
using System.Security.Authentication;
using Cellway.DataPlane.Tunnel.Client;

namespace Cellway.Cli.Client.Tunneling;

/// <summary>Which exceptions mean that a way in does not work, and how to say so.</summary>
internal static class OpeningFailures
{
    /// <summary>Whether an exception speaks of the way in, and not of a mistake in this program or of the caller's own cancellation.</summary>
    public static bool IsOne(Exception exception, CancellationToken cancellationToken) =>
        exception is IOException or SocketException or AuthenticationException or HttpRequestException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>A clause to follow the link's name.</summary>
    public static string Describe(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case TunnelRefusedException refused:
                    return $"does not accept this device now (HTTP status {refused.Status})";
                case AuthenticationException:
                    return "has a certificate that is not trusted (a private network needs --ca FILE)";
                case OperationCanceledException or TimeoutException or SocketException { SocketErrorCode: SocketError.TimedOut }:
                    return "does not answer";
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return "refuses the connection";
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }:
                    return "has a name that cannot be resolved";
            }
        }

        return "cannot be reached";
    }
}
