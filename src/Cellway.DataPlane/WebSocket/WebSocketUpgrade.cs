using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Cellway.DataPlane.Http1;

namespace Cellway.DataPlane.WebSocket;

/// <summary>A client's wish for a WebSocket, and the answer to it (RFC 6455, 4.2; wire.md 4.4).</summary>
/// <param name="Head">The response's head.</param>
/// <param name="EarlyData">The first bytes of the stream, which came with the request.</param>
internal sealed record WebSocketUpgrade(ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> EarlyData)
{
    private const string Protocol = "sec-websocket-protocol";
    private const int KeyLength = 16;

    private static ReadOnlySpan<byte> Guid => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    /// <summary>The path that a request asks for, without its query.</summary>
    public static string PathOf(Http1Request request)
    {
        var target = request.Line.Target;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target[..query];
    }

    /// <returns><see langword="null"/> when it is not a proper upgrade.</returns>
    public static WebSocketUpgrade? TryCreate(Http1Request request)
    {
        if (request.Line is not { Method: "GET", Version: HttpVersion.Http11 }
            || request.HasBody
            || !"websocket".Equals(request["upgrade"], StringComparison.OrdinalIgnoreCase)
            || request["connection"]?.Split(',').Any(t => t.Trim().Equals("upgrade", StringComparison.OrdinalIgnoreCase)) != true
            || request["sec-websocket-version"] != "13"
            || request["sec-websocket-key"] is not { } key
            || DecodedLength(key) != KeyLength)
        {
            return null;
        }

        var protocol = request[Protocol];
        var head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ")
            .Append(AcceptFor(key));
        if (protocol is not null)
        {
            head.Append("\r\nSec-WebSocket-Protocol: ").Append(protocol);
        }

        return new(Encoding.Latin1.GetBytes(head.Append("\r\n\r\n").ToString()), protocol is null ? default : Decode(protocol));
    }

    /// <summary>What proves that the server read the key.</summary>
    internal static string AcceptFor(string key)
    {
#pragma warning disable CA5350 // RFC 6455 asks for SHA-1; nothing here relies on its strength
        return Convert.ToBase64String(SHA1.HashData([.. Encoding.ASCII.GetBytes(key), .. Guid]));
#pragma warning restore CA5350
    }

    /// <summary>Early data in either alphabet, padded or not; a true subprotocol is none.</summary>
    private static byte[] Decode(string text)
    {
        var url = text.Replace('+', '-').Replace('/', '_').TrimEnd('=');
        return Base64Url.IsValid(url) ? Base64Url.DecodeFromChars(url) : [];
    }

    private static int DecodedLength(string key)
    {
        Span<byte> bytes = stackalloc byte[32];
        return key.Length <= 40 && Convert.TryFromBase64String(key, bytes, out var count) ? count : -1;
    }
}
