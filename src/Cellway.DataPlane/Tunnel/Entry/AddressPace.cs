using System.Net;
using System.Net.Sockets;
using Cellway.Model.Pacing;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>How often one address may ask for subscriptions: many people behind one address of a provider read theirs twice a day, and a guesser gets nowhere.</summary>
/// <remarks>An IPv6 address counts by its /64.</remarks>
internal sealed class AddressPace(TimeProvider time)
{
    private readonly SharedPace _pace = new(1 << 14, 120, TimeSpan.FromMilliseconds(500), time);

    /// <summary>Whether it may ask now.</summary>
    public bool TryTake(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        var hash = default(HashCode); // keyed by the process
        hash.AddBytes(address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6 ? bytes[..8] : bytes[(length - 4)..length]);
        return _pace.TryTake(hash.ToHashCode());
    }
}
