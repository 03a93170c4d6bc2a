using System.Text;

namespace Cellway.Cli.Client.Proxy;

/// <summary>What this proxy itself says over HTTP.</summary>
internal static class HttpProxyReply
{
    /// <summary>The tunnel that CONNECT asked for is open.</summary>
    public static ReadOnlyMemory<byte> Connected { get; } = "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray();

    /// <summary>The server did not answer in HTTP.</summary>
    public static ReadOnlyMemory<byte> BadAnswer { get; } = Page("502 Bad Gateway", "The server's answer is not HTTP, or it closed the connection.");

    /// <summary>No way into the network works.</summary>
    public static ReadOnlyMemory<byte> Unreachable(string problem) => Page("502 Bad Gateway", problem);

    /// <summary>The answer to a request that cannot be served.</summary>
    public static ReadOnlyMemory<byte> To(HttpProxyFault fault) => fault switch
    {
        HttpProxyFault.TooLarge => Page("431 Request Header Fields Too Large", "The head of the request is too large."),
        HttpProxyFault.Version => Page("505 HTTP Version Not Supported", "This proxy speaks HTTP/1.1."),
        HttpProxyFault.NotForAProxy => Page("400 Bad Request", "This is a proxy, not a web site: enter its address in the proxy settings."),
        HttpProxyFault.Scheme => Page("400 Bad Request", "This proxy forwards http:// and tunnels everything else by CONNECT."),
        HttpProxyFault.Destination => Page("400 Bad Request", "The host or the port of the request is missing or wrong."),
        HttpProxyFault.Framing => Page("400 Bad Request", "The length of the request's body is told in two ways, or wrongly."),
        _ => Page("400 Bad Request", "The request is not well formed."),
    };

    private static byte[] Page(string status, string text) =>
        Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(text) + 1}\r\nConnection: close\r\n\r\n{text}\n");
}
