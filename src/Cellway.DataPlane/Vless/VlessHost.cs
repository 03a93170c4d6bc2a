using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cellway.DataPlane.Vless;

/// <summary>The rules for address type 2 of a VLESS header (wire.md 1.5).</summary>
internal static class VlessHost
{
    // packetaddr, UDP over TCP, sing-mux, and Xray's two internal names.
    private static readonly string[] s_magic =
    [
        "sp.packet-addr.v2fly.arpa", "sp.v2.udp-over-tcp.arpa", "sp.udp-over-tcp.arpa", "sp.mux.sing-box.arpa",
        "v1.mux.cool", "v1.rvs.cool",
    ];

    /// <summary>What a pseudo-domain reads as. Every exit policy denies port 0, so that it is refused like any closed destination.</summary>
    public static IPEndPoint Nowhere { get; } = new(IPAddress.IPv6Any, 0);

    /// <summary>
    /// Turns a host's text into an <see cref="IPEndPoint"/> when it is an address, into <see cref="Nowhere"/> when it is some client's own
    /// protocol and must never be resolved (wire.md 1.4), else into a <see cref="DnsEndPoint"/>.
    /// </summary>
    public static VlessFault TryRead(ReadOnlySpan<byte> text, int port, out EndPoint? target)
    {
        target = null;
        if (text[0] == '[' || char.IsAsciiDigit((char)text[0]))
        {
            if (TryReadAddress(Encoding.Latin1.GetString(text)) is { } address)
            {
                target = new IPEndPoint(address, port);
                return VlessFault.None;
            }
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'-' or (byte)'.' or (byte)'_'))
            {
                return VlessFault.HostName;
            }
        }

        var host = Encoding.ASCII.GetString(text);
        if (Array.Exists(s_magic, m => host.Equals(m, StringComparison.OrdinalIgnoreCase)))
        {
            target = Nowhere;
            return VlessFault.None;
        }

        target = new DnsEndPoint(host, port);
        return VlessFault.None;
    }

    private static IPAddress? TryReadAddress(string text)
    {
        if (text is ['[', .. var inner, ']'])
        {
            text = inner;
        }

        if (text.Contains('%', StringComparison.Ordinal) || !IPAddress.TryParse(text, out var address))
        {
            return null;
        }

        // The parser also takes "127.1" and "0x7f000001"; those stay names, which the resolver may or may not know.
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Unmap(address) : address.ToString() == text ? address : null;
    }

    internal static IPAddress Unmap(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
