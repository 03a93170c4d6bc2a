using System.Security.Authentication;
using System.Text;

namespace Cellway.IntegrationTests.Probes;

/// <summary>Probes of the handshake, and of what comes instead of one.</summary>
internal static class TlsProbes
{
    public static IEnumerable<Probe> All { get; } =
    [
        Handshake("own name", ProbeSite.Name, SslProtocols.Tls13, "h2"),
        Handshake("other name", "other.test", SslProtocols.Tls13, "http/1.1"),
        Handshake("no name", null, SslProtocols.Tls13, "http/1.1"),
        Handshake("h2 last", ProbeSite.Name, SslProtocols.Tls13, "x", "http/1.1", "h2"),
        Handshake("no ALPN", ProbeSite.Name, SslProtocols.Tls13),
        Handshake("unknown ALPN", ProbeSite.Name, SslProtocols.Tls13, "spdy/9"),
        Handshake("TLS 1.2", ProbeSite.Name, SslProtocols.Tls12, "h2"),
        Handshake("TLS 1.2, unknown ALPN", ProbeSite.Name, SslProtocols.Tls12, "spdy/9"),
        Raw("TLS 1.1 hello", Hello(0x0302)),
        Raw("SSL 3 hello", Hello(0x0300)),
        Raw("hello without ciphers we know", Hello(0x0303, 0x00, 0x01)),
        Raw("junk in a record", "\x16\x03\x01\0\x05hello"u8.ToArray()),
        Raw("junk in a record of another version", [0x16, 9, 9, 0, 5, .. "hello"u8]),
        Raw("record of length 0", [0x16, 3, 1, 0, 0]),
        Raw("record far too long", [0x16, 3, 1, 0xff, 0xff, .. new byte[64]]),
        Raw("hello cut inside", [0x16, 3, 1, 0, 8, 1, 0, 0, 4, 3, 3, 0, 0]),
        Raw("half a record", [0x16, 3, 1, 0]),
        Raw("half a hello", Hello(0x0303)[..30]),
        Raw("one byte", [0x16]),
        Raw("alert instead of a hello", [0x16, 3, 1, 0, 2, 2, 40]),
        Raw("SSL 2 hello", [0x80, 0x1c, 1, 0, 2, 0, 3, 0, 0, 0, 16, 1, 0, 0x80, .. new byte[16]]),
        Raw("high first byte", [0x80, 1, 0]),
        Raw("high junk", [0xff, .. new byte[40]]),
        Plain("plain request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Plain("plain request with Chrome", "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: Chrome/1\r\n\r\n"),
        Plain("plain HTTP/0.9", "GET /\r\n"),
        Plain("plain, half a head", "GET / HTTP/1.1\r\nHost"),
        Plain("SOCKS", "\x05\x01\0"),
        Plain("NUL", "\0"),
        Plain("SSH", "SSH-2.0-OpenSSH_9\r\n"),
        Plain("silence", ""),
    ];

    private static Probe Handshake(string name, string? serverName, SslProtocols protocols, params string[] alpn) =>
        new($"tls: {name}", async (server, token) =>
        {
            using var client = await ProbeClient.ConnectAsync(server, token);
            if (await client.TlsAsync(serverName, protocols, alpn) && !alpn.Contains("h2"))
            {
                await client.SendAsync("GET /ten.txt HTTP/1.0\r\n\r\n"u8.ToArray());
                await client.ReadToEndAsync();
            }

            return client.Transcript;
        });

    private static Probe Raw(string name, byte[] bytes) => new($"tls: {name}", (server, token) => SendAsync(server, bytes, asHex: true, token));

    private static Probe Plain(string name, string text) =>
        new($"plain: {name}", (server, token) => SendAsync(server, Encoding.Latin1.GetBytes(text), asHex: false, token));

    private static async Task<string> SendAsync(System.Net.IPEndPoint server, byte[] bytes, bool asHex, CancellationToken token)
    {
        using var client = await ProbeClient.ConnectAsync(server, token);
        await client.SendAsync(bytes);
        await client.ReadToEndAsync(asHex);
        return client.Transcript;
    }

    /// <summary>A ClientHello without extensions.</summary>
    private static byte[] Hello(int version, byte cipherHigh = 0xc0, byte cipherLow = 0x2b)
    {
        byte[] body = [(byte)(version >> 8), (byte)version, .. new byte[32], 0, 0, 2, cipherHigh, cipherLow, 1, 0];
        byte[] message = [1, 0, 0, (byte)body.Length, .. body];
        return [0x16, 3, 1, 0, (byte)message.Length, .. message];
    }
}
