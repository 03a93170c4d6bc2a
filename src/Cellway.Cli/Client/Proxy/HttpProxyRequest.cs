using System.Buffers;
using System.Globalization;
using System.Net;
using Cellway.Cli.Client.Links;

namespace Cellway.Cli.Client.Proxy;

/// <summary>A request to an HTTP proxy: CONNECT, or one with an absolute http URL (RFC 9112, section 3.2).</summary>
/// <param name="IsConnect">Whether it asks for a tunnel.</param>
/// <param name="Destination">Where to: an <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
/// <param name="Forwarded">The head to send there; empty for CONNECT.</param>
/// <param name="Body">How long the body is that follows.</param>
internal sealed record HttpProxyRequest(bool IsConnect, EndPoint Destination, ReadOnlyMemory<byte> Forwarded, HttpBodyLength Body)
{
    private const string Http = "http://";

    /// <summary>Reads one; takes nothing while it is incomplete.</summary>
    public static OperationStatus Read(
        in ReadOnlySequence<byte> input, out HttpProxyRequest? request, out SequencePosition consumed, out HttpProxyFault fault)
    {
        request = null;
        var status = HttpHead.Read(input, out var head, out consumed, out fault);
        if (status is not OperationStatus.Done)
        {
            return status;
        }

        fault = Interpret(head!, out request);
        if (fault is HttpProxyFault.None)
        {
            return OperationStatus.Done;
        }

        consumed = input.Start;
        return OperationStatus.InvalidData;
    }

    private static HttpProxyFault Interpret(HttpHead head, out HttpProxyRequest? request)
    {
        request = null;
        var parts = head.FirstLine.Split(' ');
        if (parts.Length != 3 || !HttpHead.IsToken(parts[0]) || parts[1].Length == 0 || parts[1].Any(c => c is <= ' ' or '\x7f'))
        {
            return HttpProxyFault.Malformed;
        }

        if (parts[2] is not ("HTTP/1.1" or "HTTP/1.0"))
        {
            return HttpProxyFault.Version;
        }

        return parts[0] == "CONNECT" ? InterpretConnect(parts[1], out request) : InterpretAbsolute(parts, head, out request);
    }

    private static HttpProxyFault InterpretConnect(string target, out HttpProxyRequest? request)
    {
        request = null;
        if (!TryReadAuthority(target, defaultPort: 0, out var destination))
        {
            return HttpProxyFault.Destination;
        }

        // What CONNECT says of a body means nothing (RFC 9110, section 9.3.6): all that follows is the tunnel's.
        request = new(true, destination!, default, HttpBodyLength.None);
        return HttpProxyFault.None;
    }

    private static HttpProxyFault InterpretAbsolute(string[] parts, HttpHead head, out HttpProxyRequest? request)
    {
        request = null;
        var (method, target, version) = (parts[0], parts[1], parts[2]);
        if (!target.StartsWith(Http, StringComparison.OrdinalIgnoreCase))
        {
            return target.Contains("://", StringComparison.Ordinal) && target[0] != '/' ? HttpProxyFault.Scheme : HttpProxyFault.NotForAProxy;
        }

        var rest = target[Http.Length..];
        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        var path = end < 0 ? "" : rest[end..].Split('#')[0];
        if (!TryReadAuthority(authority, defaultPort: 80, out var destination))
        {
            return HttpProxyFault.Destination;
        }

        if (!HttpBodyLength.TryRead(head, out var body))
        {
            return HttpProxyFault.Framing;
        }

        path = path.StartsWith('/') ? path : path.Length == 0 && method == "OPTIONS" ? "*" : $"/{path}";
        request = new(false, destination!, head.ForNextHop($"{method} {path} {version}", authority), body);
        return HttpProxyFault.None;
    }

    private static bool TryReadAuthority(ReadOnlySpan<char> authority, ushort defaultPort, out EndPoint? destination)
    {
        destination = null;
        var colon = authority.LastIndexOf(':');
        var port = defaultPort;
        if (colon > authority.LastIndexOf(']'))
        {
            var digits = authority[(colon + 1)..];
            authority = authority[..colon];
            if (digits.Length > 0 && !ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port))
            {
                return false;
            }
        }

        return port != 0 && HostName.TryRead(authority, port, out destination);
    }
}
