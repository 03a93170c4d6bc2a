using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Cellway.IntegrationTests.DataPlane;

/// <summary>Tunnels over WebSockets, with the platform's own client and by hand.</summary>
public sealed class WebSocketTests
{
    private static readonly string s_path = $"/{TestPath.ClientName}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)] // the id, and not yet where to
    [InlineData(2000)]
    public async Task Tunnel_WithAndWithoutEarlyData_CarriesTheStream(int? early)
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var origin = Echo();
        var sent = RandomNumberGenerator.GetBytes(300_000);
        byte[] stream = [.. WebSocketClientSide.Header(path.Id, origin.Endpoint), .. sent];
        var withRequest = early is { } count ? stream[..count] : null;

        using var client = await WebSocketClientSide.ConnectAsync(path, withRequest, Token, $"{s_path}?ed=2048");
        var sending = client.SendAsync(stream[(early ?? 0)..], Token);
        Assert.Equal([0, 0, .. sent], await client.ReadAsync(2 + sent.Length, Token));

        await sending;
        Assert.Equal(withRequest is null ? null : System.Buffers.Text.Base64Url.EncodeToString(withRequest), client.Socket.SubProtocol);
        Assert.Equal(1, path.Entry.Counters.ActiveSessions);
        await client.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Token);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.Socket.CloseStatus);
        await Eventually(() => path.Entry.Counters.ActiveSessions == 0 && path.Core.Counters.ActiveSessions == 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task EndOfTheDestination_IsACloseFrame()
    {
        await using var path = await TestPath.StartAsync(Token);
        var sent = RandomNumberGenerator.GetBytes(5 << 20);
        await using var origin = new Origin((socket, stop) => SendAllAsync(socket, sent, stop));
        using var client = await WebSocketClientSide.ConnectAsync(path, WebSocketClientSide.Header(path.Id, origin.Endpoint), Token);

        Assert.Equal([0, 0, .. sent], await client.ReadToEndAsync(Token));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.Socket.CloseStatus);
    }

    [Fact(Timeout = 60_000)]
    public async Task ResetOfTheDestination_IsNeverACloseFrame()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var origin = new Origin(async (socket, stop) =>
        {
            await socket.SendAsync(new byte[1000], stop);
            await socket.ReceiveAsync(new byte[1], stop); // the client has the first bytes
            socket.LingerState = new(true, 0);
        });
        using var client = await WebSocketClientSide.ConnectAsync(path, WebSocketClientSide.Header(path.Id, origin.Endpoint), Token);
        await client.ReadAsync(1002, Token);
        await client.SendAsync([1], Token);

        await Assert.ThrowsAsync<WebSocketException>(() => client.ReadToEndAsync(Token));
        await Eventually(() => path.Entry.Counters.ActiveSessions == 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task CloseFrameBehindAnUpload_DestinationGetsAllAndACleanEnd()
    {
        await using var path = await TestPath.StartAsync(Token);
        var received = new TaskCompletionSource<byte[]>();
        await using var origin = new Origin(async (socket, stop) =>
        {
            await using var stream = new NetworkStream(socket);
            using var all = new MemoryStream();
            await Task.Delay(200, stop); // the client is long gone when this reads
            await stream.CopyToAsync(all, stop);
            received.SetResult(all.ToArray());
        });
        var sent = RandomNumberGenerator.GetBytes(3 << 20);
        using (var client = await WebSocketClientSide.ConnectAsync(path, WebSocketClientSide.Header(path.Id, origin.Endpoint), Token))
        {
            await client.SendAsync(sent, Token);
            await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Token);
        }

        Assert.Equal(sent, await received.Task.WaitAsync(Token));
    }

    [Fact(Timeout = 60_000)]
    public async Task CutOfTheClient_EndsTheSessionEverywhere()
    {
        await using var path = await TestPath.StartAsync(Token);
        var ended = new TaskCompletionSource();
        await using var origin = new Origin(async (socket, stop) =>
        {
            await socket.ReceiveAsync(new byte[1], stop);
            ended.SetResult();
        });
        using var client = await WebSocketClientSide.ConnectAsync(path, WebSocketClientSide.Header(path.Id, origin.Endpoint), Token);
        await Eventually(() => origin.Connections == 1);

        client.Wire.Close();

        await ended.Task.WaitAsync(Token);
        await Eventually(() => path.Entry.Counters.ActiveSessions == 0 && path.Core.Counters.ActiveSessions == 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task CoreIsClosed_SessionIsCut()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var origin = Echo();
        using var client = await WebSocketClientSide.ConnectAsync(path, WebSocketClientSide.Header(path.Id, origin.Endpoint), Token);
        await client.SendAsync([7], Token);
        await client.ReadAsync(3, Token);

        path.Entry.CloseSessionsTo("core1");

        await Assert.ThrowsAsync<WebSocketException>(() => client.ReadToEndAsync(Token));
        Assert.Equal(0, path.Entry.Counters.ActiveSessions);
    }

    [Fact(Timeout = 60_000)]
    public async Task SlowClient_StopsTheDestination_AndStillGetsAll()
    {
        const int Total = 64 << 20;
        await using var path = await TestPath.StartAsync(Token);
        var sent = 0L;
        await using var origin = new Origin(async (socket, stop) =>
        {
            var block = new byte[64 * 1024];
            for (var at = 0; at < Total; at += block.Length)
            {
                await SendAllAsync(socket, block, stop);
                Interlocked.Add(ref sent, block.Length);
            }
        });
        using var client = await WebSocketClientSide.ConnectAsync(path, WebSocketClientSide.Header(path.Id, origin.Endpoint), Token);
        await client.ReadAsync(2, Token);
        var before = -1L;
        while (before != Interlocked.Read(ref sent))
        {
            before = Interlocked.Read(ref sent);
            await Task.Delay(500, Token);
        }

        Assert.InRange(before, 0, 48 << 20); // windows and the system's socket buffers
        Assert.Equal(Total, (await client.ReadToEndAsync(Token)).Length);
    }

    [Fact(Timeout = 60_000)]
    public async Task SlowDestination_StopsTheClient_AndStillGetsAll()
    {
        const int Total = 64 << 20;
        await using var path = await TestPath.StartAsync(Token);
        var go = new TaskCompletionSource();
        var received = new TaskCompletionSource<long>();
        await using var origin = new Origin(async (socket, stop) =>
        {
            await go.Task.WaitAsync(stop);
            var total = 0L;
            var buffer = new byte[64 * 1024];
            int count;
            while ((count = await socket.ReceiveAsync(buffer, stop)) > 0)
            {
                total += count;
            }

            received.SetResult(total);
        });
        using var client = await WebSocketClientSide.ConnectAsync(path, WebSocketClientSide.Header(path.Id, origin.Endpoint), Token);
        var sent = 0L;
        var sending = Task.Run(async () =>
        {
            var block = new byte[64 * 1024];
            for (var at = 0; at < Total; at += block.Length)
            {
                await client.SendAsync(block, Token);
                Interlocked.Add(ref sent, block.Length);
            }

            await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Token);
        }, Token);
        var before = -1L;
        while (before != Interlocked.Read(ref sent))
        {
            before = Interlocked.Read(ref sent);
            await Task.Delay(500, Token);
        }

        Assert.InRange(before, 0, 48 << 20);
        go.SetResult();
        await sending;
        Assert.Equal(Total, await received.Task.WaitAsync(Token));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("wrong id")]
    [InlineData("no VLESS")]
    [InlineData("another path")]
    [InlineData("no key")]
    public async Task Stranger_WithEarlyDataOrWithoutTheUpgrade_MeetsTheSite(string kind)
    {
        await using var path = await TestPath.StartAsync(Token);
        var early = kind == "no VLESS" ? Encoding.ASCII.GetBytes("hello") : WebSocketClientSide.Header(RandomNumberGenerator.GetBytes(16), new(IPAddress.Loopback, 80));
        var upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + (kind == "no key" ? "" : "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
            + $"Sec-WebSocket-Protocol: {System.Buffers.Text.Base64Url.EncodeToString(early)}\r\n";
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(path.Entry.Endpoint, Token);
        await using var stream = new SslStream(new NetworkStream(socket), false, (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync(TestPath.EntryDomain);

        var known = await AskAsync(stream, "/nothing-here", upgrade);
        var asked = await AskAsync(stream, kind == "another path" ? "/other" : s_path, upgrade);
        var again = await AskAsync(stream, "/nothing-here", upgrade); // the connection is still a web server's

        Assert.StartsWith("HTTP/1.1 404 ", known, StringComparison.Ordinal);
        Assert.Equal(known, asked);
        Assert.Equal(known, again);
    }

    [Fact(Timeout = 30_000)]
    public async Task WrongIdBehindThe101_IsCutWithoutAByte()
    {
        await using var path = await TestPath.StartAsync(Token);
        using var client = await WebSocketClientSide.ConnectAsync(path, null, Token);
        await client.SendAsync(WebSocketClientSide.Header(RandomNumberGenerator.GetBytes(16), new(IPAddress.Loopback, 80)), Token);

        await Assert.ThrowsAsync<WebSocketException>(() => client.ReadToEndAsync(Token));
        Assert.Equal(0, path.Entry.Counters.TotalSessions);
    }

    private static async Task<string> AskAsync(SslStream stream, string target, string headers)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: {TestPath.EntryDomain}\r\n{headers}\r\n"), Token);
        var buffer = new byte[4096];
        var count = await stream.ReadAsync(buffer, Token);
        var lines = Encoding.ASCII.GetString(buffer, 0, count).Split("\r\n");
        return string.Join('\n', lines.Where(l => !l.StartsWith("Date:", StringComparison.Ordinal)));
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, stop)..];
        }
    }

    private static Origin Echo() => new(async (socket, stop) =>
    {
        await using var stream = new NetworkStream(socket);
        await stream.CopyToAsync(stream, stop);
    });

    private static async Task Eventually(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(20, Token);
        }
    }
}
