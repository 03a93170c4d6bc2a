using System.Globalization;
using System.Net;

namespace Cellway.Cli.Client;

/// <summary>Reads what <c>--listen</c> says.</summary>
internal static class ListenAddress
{
    /// <summary>Reads <c>ADDRESS:PORT</c>, <c>localhost:PORT</c>, or <c>PORT</c> alone for loopback.</summary>
    public static bool TryParse(string text, out IPEndPoint endpoint)
    {
        endpoint = new(IPAddress.Loopback, 0);
        var colon = text.LastIndexOf(':');
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        var host = colon < 0 ? "localhost" : text[..colon];
        var isBracketed = host.StartsWith('[') && host.EndsWith(']');
        var address = IPAddress.Loopback;
        if (host != "localhost" && (isBracketed != host.Contains(':', StringComparison.Ordinal) || !IPAddress.TryParse(host.Trim('[', ']'), out address)))
        {
            return false;
        }

        endpoint = new(address, port);
        return true;
    }
}
