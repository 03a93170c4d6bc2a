using System.Net;
using System.Net.Sockets;
using Cellway.Model.Cells;
using Grpc.Core;

namespace Cellway.Node.Enrollment;

/// <summary>What a person can do when management does not answer.</summary>
internal static class Unreachable
{
    /// <summary>One line.</summary>
    /// <param name="endpoint">Where management should be.</param>
    /// <param name="failure">What came instead.</param>
    /// <param name="noWay">Whether this machine cannot even send to such an address.</param>
    public static string Explain(string endpoint, RpcException failure, out bool noWay)
    {
        noWay = true;
        for (Exception? e = failure.Status.DebugException; e is not null; e = e.InnerException)
        {
            if (e is SocketException { SocketErrorCode: SocketError.NetworkUnreachable or SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable })
            {
                return NoWay(endpoint);
            }
        }

        noWay = false;
        return $"Management cannot be reached at {endpoint} ({failure.StatusCode}): check that it runs and that this machine can connect to it.";
    }

    private static string NoWay(string endpoint)
    {
        var (its, other) = HostPort.TryParse(endpoint, out var at) && IPAddress.TryParse(at.Host, out var address)
            ? address.AddressFamily == AddressFamily.InterNetworkV6 ? ("IPv6", "an IPv4") : ("IPv4", "an IPv6")
            : ("matching", "another");
        return $"This machine has no {its} way to management at {endpoint}: give it one (for a container, a network with {its}), or ask for a token with {other} address.";
    }
}
