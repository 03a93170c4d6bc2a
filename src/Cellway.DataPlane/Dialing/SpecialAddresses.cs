using System.Net;
using System.Net.Sockets;

namespace Cellway.DataPlane.Dialing;

/// <summary>Addresses that are not hosts of the open internet (IANA's special-purpose registries, and cloud metadata services).</summary>
internal static class SpecialAddresses
{
    private static readonly IPNetwork[] s_v4 = Parse(
        "0.0.0.0/8", // this network
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", // private
        "100.64.0.0/10", // carrier-grade NAT; Alibaba's metadata service
        "127.0.0.0/8", // loopback
        "169.254.0.0/16", // link-local; the metadata service of most clouds
        "168.63.129.16/32", // Azure's platform service: a public address that leads inside
        "192.0.0.0/24", // protocol assignments; Oracle's metadata service
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", // documentation
        "192.88.99.0/24", // 6to4 relays, retired
        "198.18.0.0/15", // benchmarking
        "224.0.0.0/4", // multicast
        "240.0.0.0/4"); // reserved, broadcast

    private static readonly IPNetwork s_globalV6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork s_nat64 = IPNetwork.Parse("64:ff9b::/96"); // judged by the address inside it

    // Inside 2000::/3. Everything outside it (loopback, link-local, unique local, multicast …) is special already.
    private static readonly IPNetwork[] s_v6 = Parse(
        "2001::/32", // Teredo
        "2001:2::/48", // benchmarking
        "2001:10::/28", "2001:20::/28", // ORCHID
        "2001:db8::/32", "3fff::/20"); // documentation

    public static bool Contains(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork
            ? Any(s_v4, address)
            : !s_nat64.Contains(address) && (!s_globalV6.Contains(address) || Any(s_v6, address));

    private static bool Any(IPNetwork[] ranges, IPAddress address)
    {
        foreach (var range in ranges)
        {
            if (range.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private static IPNetwork[] Parse(params string[] ranges) => Array.ConvertAll(ranges, r => IPNetwork.Parse(r));
}
