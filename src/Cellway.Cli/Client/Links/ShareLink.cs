using System.Globalization;
using System.Net;

namespace Cellway.Cli.Client.Links;

/// <summary>One way into a network: a <c>vless://</c> link that this client can use (wire.md 5). Secret.</summary>
/// <remarks>
/// <c>mode</c> is ignored because Tun works either way (wire.md 5.4), <c>fp</c>, <c>alpn</c> and <c>authority</c> because the tunnel decides
/// them, and <c>allowInsecure</c> because a certificate is always checked.
/// </remarks>
internal sealed record ShareLink
{
    private const string Scheme = "vless://";
    private const int MaxNameLength = 80;

    /// <summary>The Entry: an <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</summary>
    public required EndPoint Server { get; init; }

    /// <summary>The SNI.</summary>
    public required string ServerName { get; init; }

    /// <summary>The gRPC service name.</summary>
    public required string ServiceName { get; init; }

    /// <summary>The VLESS id in the order of the UUID's text, kept as a number so that equal links are equal. Secret.</summary>
    public required UInt128 Id { get; init; }

    /// <summary>Shown to the person; no control characters, so that a link cannot play with the terminal.</summary>
    public required string Name { get; init; }

    /// <summary>Reads a link.</summary>
    public static ShareLinkFault Parse(string text, out ShareLink? link)
    {
        link = null;
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return ShareLinkFault.NotVless;
        }

        var rest = text.AsSpan(Scheme.Length);
        var fragment = Cut(ref rest, '#');
        var query = Cut(ref rest, '?');
        _ = Cut(ref rest, '/'); // some write host:port/?key=value
        var at = rest.LastIndexOf('@');
        if (at < 0)
        {
            return ShareLinkFault.Malformed;
        }

        if (!PercentEncoding.TryDecode(fragment, out var name)
            || !PercentEncoding.TryDecode(rest[..at], out var user)
            || !TryReadQuery(query, out var parameters))
        {
            return ShareLinkFault.BadEscape;
        }

        return Make(new(user, rest[(at + 1)..].ToString(), parameters, name), out link);
    }

    /// <summary>Judges what a link, or a configuration of another form, says.</summary>
    public static ShareLinkFault Make(ShareLinkFields fields, out ShareLink? link)
    {
        link = null;
        Span<byte> id = stackalloc byte[16];
        if (!UserId.TryRead(fields.User, id))
        {
            return ShareLinkFault.BadId;
        }

        var parameters = fields.Parameters;
        var fault = ReadServer(fields.Authority, out var server, out var host);
        if (fault is ShareLinkFault.None)
        {
            fault = Judge(parameters);
        }

        if (fault is not ShareLinkFault.None)
        {
            return fault;
        }

        link = new()
        {
            Server = server!,
            ServerName = parameters.GetValueOrDefault("sni") is { Length: > 0 } sni ? sni : host,
            ServiceName = parameters["serviceName"],
            Id = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(id),
            Name = Showable(fields.Name) is { Length: > 0 } shown ? shown : host,
        };
        return ShareLinkFault.None;
    }

    /// <summary>Never the id: this type must not reach a log by accident.</summary>
    public override string ToString() => "ShareLink(…)";

    private static ShareLinkFault ReadServer(ReadOnlySpan<char> authority, out EndPoint? server, out string host)
    {
        server = null;
        host = "";
        var colon = authority.LastIndexOf(':');
        if (colon < 0 || colon < authority.LastIndexOf(']')
            || !ushort.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
        {
            return ShareLinkFault.BadPort;
        }

        if (!HostName.TryRead(authority[..colon], port, out server))
        {
            return ShareLinkFault.BadHost;
        }

        host = authority[..colon].Trim("[]").ToString();
        return ShareLinkFault.None;
    }

    private static ShareLinkFault Judge(IReadOnlyDictionary<string, string> parameters)
    {
        if (parameters.GetValueOrDefault("security") != "tls")
        {
            return ShareLinkFault.UnsupportedSecurity;
        }

        if (parameters.GetValueOrDefault("type") != "grpc")
        {
            return ShareLinkFault.UnsupportedTransport;
        }

        if (parameters.GetValueOrDefault("encryption") is not (null or "" or "none"))
        {
            return ShareLinkFault.UnsupportedEncryption;
        }

        if (parameters.GetValueOrDefault("flow") is not (null or ""))
        {
            return ShareLinkFault.UnsupportedFlow;
        }

        var serviceName = parameters.GetValueOrDefault("serviceName", "");
        var isPlain = serviceName.Length > 0 && serviceName.All(c => c is > ' ' and < (char)127 and not ('/' or '|' or '?' or '#' or '%'));
        var isServerNameUsable = parameters.GetValueOrDefault("sni") is not { Length: > 0 } sni || HostName.IsName(sni) || IPAddress.TryParse(sni, out _);
        return !isServerNameUsable ? ShareLinkFault.BadHost : isPlain ? ShareLinkFault.None : ShareLinkFault.BadServiceName;
    }

    /// <summary>The first of equal keys counts, as in most importers; a parameter without <c>=</c> is ignored.</summary>
    private static bool TryReadQuery(ReadOnlySpan<char> query, out Dictionary<string, string> parameters)
    {
        parameters = new(StringComparer.Ordinal);
        foreach (var range in query.Split('&'))
        {
            var parameter = query[range];
            var equals = parameter.IndexOf('=');
            if (equals < 0)
            {
                continue;
            }

            if (!PercentEncoding.TryDecode(parameter[(equals + 1)..], out var value))
            {
                return false;
            }

            parameters.TryAdd(parameter[..equals].ToString(), value);
        }

        return true;
    }

    private static ReadOnlySpan<char> Cut(ref ReadOnlySpan<char> text, char separator)
    {
        var at = text.IndexOf(separator);
        if (at < 0)
        {
            return [];
        }

        var after = text[(at + 1)..];
        text = text[..at];
        return after;
    }

    private static string Showable(string name)
    {
        var shown = string.Concat(name.Where(c => !char.IsControl(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format)).Trim();
        return shown.Length <= MaxNameLength ? shown : shown[..MaxNameLength];
    }
}
