using System.Net;
using System.Net.Sockets;

namespace Cellway.DataPlane.Dialing;

/// <summary>IPv4 addresses that travel inside IPv6 ones.</summary>
internal static class EmbeddedAddress
{
    private static readonly IPNetwork s_nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork s_6to4 = IPNetwork.Parse("2002::/16");

    /// <summary>The IPv4 form of an IPv4-mapped address; scope ids are dropped.</summary>
    public static IPAddress Unmap(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new(address.GetAddressBytes())
        : address;

    /// <summary>The IPv4 address to which a NAT64, 6to4 or ISATAP address leads.</summary>
    public static IPAddress? IPv4In(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (s_nat64.Contains(address) || IsIsatap(bytes))
        {
            return new(bytes[12..]);
        }

        return s_6to4.Contains(address) ? new(bytes[2..6]) : null;
    }

    // RFC 5214: the interface id is 0000:5efe or 0200:5efe and the IPv4 address.
    private static bool IsIsatap(ReadOnlySpan<byte> bytes) =>
        bytes[8] is 0 or 2 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == 0xfe;
}
