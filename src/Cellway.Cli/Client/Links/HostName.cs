using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Cellway.Cli.Client.Links;

/// <summary>What counts as a host in a link, in SOCKS and in HTTP.</summary>
internal static class HostName
{
    private static readonly SearchValues<char> s_ipv4 = SearchValues.Create("0123456789.");

    /// <summary>The longest name: one length byte of SOCKS and of VLESS.</summary>
    public const int MaxLength = 255;

    /// <summary>Reads a name, an IPv4 address, or an IPv6 address in brackets.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, int port, out EndPoint? endPoint)
    {
        endPoint = null;
        if (text.Length > 2 && text[0] == '[' && text[^1] == ']')
        {
            if (IPAddress.TryParse(text[1..^1], out var v6) && v6.AddressFamily == AddressFamily.InterNetworkV6)
            {
                endPoint = new IPEndPoint(v6, port);
            }
        }
        else if (IsName(text))
        {
            // Four numbers exactly: IPAddress also takes "1" and "0x7f.1", which other programs read as names.
            endPoint = text.Count('.') == 3 && !text.ContainsAnyExcept(s_ipv4) && IPAddress.TryParse(text, out var v4)
                ? new IPEndPoint(v4, port)
                : new DnsEndPoint(text.ToString(), port);
        }

        return endPoint is not null;
    }

    /// <summary>Letters, digits, dots, hyphens and underscores: a name in punycode, as resolvers take it.</summary>
    public static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxLength)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_'))
            {
                return false;
            }
        }

        return true;
    }
}
