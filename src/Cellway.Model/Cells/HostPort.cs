using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cellway.Model.Identities;

namespace Cellway.Model.Cells;

/// <summary>Where something listens: a DNS name or an IP address, and a port.</summary>
/// <param name="Host">The name, or the address without brackets.</param>
/// <param name="Port">1 to 65535.</param>
public readonly record struct HostPort(string Host, int Port)
{
    /// <summary>Reads <c>name:port</c>, <c>1.2.3.4:port</c> or <c>[2001:db8::1]:port</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out HostPort value)
    {
        value = default;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (text is null || colon < 1
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > 65535
            || text[colon + 1] == '0')
        {
            return false;
        }

        var host = text[..colon];
        if (host[0] == '[' && host[^1] == ']' && !host.Contains('%', StringComparison.Ordinal)
            && IPAddress.TryParse(host[1..^1], out var v6) && v6.AddressFamily == AddressFamily.InterNetworkV6)
        {
            value = new(host[1..^1], port);
            return true;
        }

        if ((IPAddress.TryParse(host, out var v4) && v4.AddressFamily == AddressFamily.InterNetwork && v4.ToString() == host)
            || (Names.IsId(host) && char.IsAsciiLetterLower(host[0])) // one label: localhost, or a service's name in a cluster
            || Names.IsDomain(host))
        {
            value = new(host, port);
            return true;
        }

        return false;
    }

    /// <summary>Reads what has been checked before.</summary>
    /// <exception cref="FormatException">It is not of that form.</exception>
    public static HostPort Parse(string text) => TryParse(text, out var value) ? value : throw new FormatException($"“{text}” is not host:port.");

    /// <summary>The form <see cref="TryParse"/> reads.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
