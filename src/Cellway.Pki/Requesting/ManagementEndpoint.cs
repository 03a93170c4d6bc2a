using System.Globalization;
using System.Net;
using Cellway.Model.Identities;

namespace Cellway.Pki.Requesting;

/// <summary>Where a management server listens: <c>host:port</c>, <c>1.2.3.4:port</c> or <c>[::1]:port</c>.</summary>
/// <param name="Host">A lower-case name or an address, without brackets.</param>
/// <param name="Port">1 to 65535.</param>
public readonly record struct ManagementEndpoint(string Host, int Port)
{
    /// <summary>Reads the text form.</summary>
    public static bool TryParse(string? text, out ManagementEndpoint endpoint)
    {
        endpoint = default;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (text is null || colon < 1
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > ushort.MaxValue)
        {
            return false;
        }

        var host = text[..colon];
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        host = bracketed ? host[1..^1] : host;
        var isAddress = IPAddress.TryParse(host, out _) && (bracketed || host.Count(c => c == '.') == 3);
        if (bracketed ? !(isAddress && host.Contains(':', StringComparison.Ordinal)) : !isAddress && !Names.IsDomain(host) && !Names.IsId(host))
        {
            return false;
        }

        endpoint = new(host, port);
        return true;
    }

    /// <summary>Reads the text form of an endpoint that is known to be one.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static ManagementEndpoint Parse(string text) =>
        TryParse(text, out var endpoint) ? endpoint : throw new FormatException("Not an endpoint in the form host:port.");

    /// <summary>The text form.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
