using System.Text;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.WebSocket;

namespace Cellway.Tests.DataPlane.WebSocket;

public sealed class WebSocketConnectionTests
{
    private static readonly byte[] s_mask = [0x37, 0xfa, 0x21, 0x3d];

    [Fact]
    public async Task ReadAsync_FragmentsTextAndPings_AreOneStream()
    {
        var token = TestContext.Current.CancellationToken;
        byte[] sent =
        [
            .. Frame(0x01, "Hel"u8), .. Frame(0x89, "hi"u8), .. Frame(0x00, ""u8), .. Frame(0x80, "lo"u8),
            .. Frame(0x82, new byte[300]), .. Frame(0x82, new byte[70_000]), .. Frame(0x88, [0x03, 0xe8]),
        ];
        var stream = new DuplexBytes(sent, step: 7);
        using var socket = new WebSocketConnection(stream, []);
        using var read = new MemoryStream();
        var buffer = new byte[1000];
        while (await socket.ReadAsync(buffer, token) is > 0 and var count)
        {
            read.Write(buffer, 0, count);
        }

        Assert.Equal(5 + 300 + 70_000, read.Length);
        Assert.StartsWith("Hello", Encoding.ASCII.GetString(read.ToArray()), StringComparison.Ordinal);
        Assert.Equal([0x8a, 2, (byte)'h', (byte)'i', 0x88, 2, 0x03, 0xe8], stream.Written.ToArray());
    }

    [Theory]
    [InlineData(0x82, false)] // not masked
    [InlineData(0xc2, true)] // a reserved bit
    [InlineData(0x83, true)] // an unknown opcode
    [InlineData(0x80, true)] // continues nothing
    [InlineData(0x09, true)] // a control frame in pieces
    public async Task ReadAsync_BrokenFraming_Fails(byte first, bool masked)
    {
        var frame = Frame(first, "x"u8);
        frame[1] &= masked ? (byte)0xff : (byte)0x7f;
        using var socket = new WebSocketConnection(Stream.Null, frame);

        await Assert.ThrowsAsync<IOException>(async () => await socket.ReadAsync(new byte[10], TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(0, "8200")]
    [InlineData(125, "827D")]
    [InlineData(126, "827E007E")]
    [InlineData(65_536, "827F0000000000010000")]
    public async Task WriteAsync_Lengths_TakeTheShortestForm(int length, string head)
    {
        var stream = new DuplexBytes([], 1);
        using var socket = new WebSocketConnection(stream, []);

        await socket.WriteAsync(new byte[length], TestContext.Current.CancellationToken);

        Assert.Equal(head, Convert.ToHexString(stream.Written.ToArray()[..(head.Length / 2)]));
        Assert.Equal(length + (head.Length / 2), stream.Written.Length);
    }

    [Theory]
    [InlineData("-_8", "fbff")]
    [InlineData("+/8=", "fbff")]
    [InlineData("chat, x", "")]
    [InlineData(null, "")]
    public void TryCreate_Upgrade_AcceptsAndEchoes(string? protocol, string early)
    {
        var request = new Http1Request(new("GET", "/x", null, HttpVersion.Http11));
        Add("host", "a");
        Add("connection", "keep-alive, Upgrade");
        Add("upgrade", "WebSocket");
        Add("sec-websocket-version", "13");
        Assert.Null(WebSocketUpgrade.TryCreate(request));
        Add("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        if (protocol is not null)
        {
            Add("sec-websocket-protocol", protocol);
        }

        var upgrade = WebSocketUpgrade.TryCreate(request)!;

        var head = Encoding.ASCII.GetString(upgrade.Head.Span);
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", head); // RFC 6455, 1.3
        Assert.Equal(protocol is not null, head.Contains($"Sec-WebSocket-Protocol: {protocol}\r\n", StringComparison.Ordinal));
        Assert.Equal(early, Convert.ToHexString(upgrade.EarlyData.Span), ignoreCase: true);

        void Add(string name, string value) => Assert.Null(request.Add(new(name, value, true)));
    }

    internal static byte[] Frame(byte first, ReadOnlySpan<byte> payload)
    {
        byte[] length = payload.Length switch
        {
            < 126 => [(byte)(0x80 | payload.Length)],
            <= 0xffff => [0xfe, (byte)(payload.Length >> 8), (byte)payload.Length],
            _ => [0xff, 0, 0, 0, 0, 0, (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length],
        };
        var masked = payload.ToArray();
        for (var i = 0; i < masked.Length; i++)
        {
            masked[i] ^= s_mask[i & 3];
        }

        return [first, .. length, .. s_mask, .. masked];
    }
}
