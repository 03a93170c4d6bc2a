using System.Net;
using System.Net.Sockets;

namespace Cellway.DataPlane.Dialing;

/// <summary>Finds where datagrams may go.</summary>
internal sealed class HostLookup(ExitPolicy policy, IHostResolver resolver, TimeSpan timeout, TimeProvider time)
{
    private static readonly AddressFamily[] s_families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    /// <summary>Whether datagrams may go there.</summary>
    public bool Allows(IPAddress address, int port) => policy.Check(address, port) == ExitVerdict.Allowed;

    /// <summary>The first address of a name that the exit policy allows; <see langword="null"/> when there is none.</summary>
    /// <remarks>IPv4 first: datagrams cannot be raced, and a host without IPv6 would lose every one.</remarks>
    /// <exception cref="OperationCanceledException">The caller's own.</exception>
    public async Task<IPAddress?> FindAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        foreach (var family in s_families)
        {
            try
            {
                if (Array.Find(await resolver.ResolveAsync(host, family, both.Token), a => Allows(a, port)) is { } found)
                {
                    return found;
                }
            }
            catch (SocketException)
            {
                // the other family may have an answer
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }

        return null;
    }
}
