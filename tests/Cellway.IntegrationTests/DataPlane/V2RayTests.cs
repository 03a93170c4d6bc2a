using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Cellway.Testing;

namespace Cellway.IntegrationTests.DataPlane;

/// <summary>A client that others wrote: Debian's v2ray through Entry and Core to real servers.</summary>
public sealed class V2RayTests
{
    private const int Concurrency = 8;
    private const int Large = 32 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(0)]
    [InlineData(Concurrency)]
    public async Task Tcp_LargeBothWays_ArrivesWhole(int mux)
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var client = await V2Ray.StartAsync(path, mux);
        var up = RandomNumberGenerator.GetBytes(Large);
        var down = RandomNumberGenerator.GetBytes(Large);
        await using var origin = new Origin(async (socket, stop) =>
        {
            await using var stream = new NetworkStream(socket);
            var got = new byte[Large];
            await stream.ReadExactlyAsync(got, stop);
            await stream.WriteAsync(SHA256.HashData(got), stop);
            await stream.WriteAsync(down, stop);
            socket.Shutdown(SocketShutdown.Send);
        });
        using var app = await client.ConnectAsync(origin.Endpoint, Token);
        await using var stream = new NetworkStream(app);

        await stream.WriteAsync(up, Token);
        var hash = new byte[32];
        await stream.ReadExactlyAsync(hash, Token);
        using var received = new MemoryStream();
        await stream.CopyToAsync(received, Token);

        Assert.Equal(SHA256.HashData(up), hash);
        Assert.Equal(SHA256.HashData(down), SHA256.HashData(received.ToArray()));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0)]
    [InlineData(Concurrency)]
    public async Task Tcp_ManySmallOnesAtOnce_AllAnswer(int mux)
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var client = await V2Ray.StartAsync(path, mux);
        await using var origin = Echo();

        await Task.WhenAll(Enumerable.Range(1, 40).Select(async i =>
        {
            using var app = await client.ConnectAsync(origin.Endpoint, Token);
            await using var stream = new NetworkStream(app);
            var sent = RandomNumberGenerator.GetBytes(i * 1000);
            await stream.WriteAsync(sent, Token);
            var received = new byte[sent.Length];
            await stream.ReadExactlyAsync(received, Token);
            Assert.Equal(sent, received);
        }));

        Assert.InRange(path.Entry.Counters.TotalSessions, 1, mux > 0 ? 39 : 40);
    }

    [Fact(Timeout = 60_000)]
    public async Task Tcp_ServerSpeaksFirst_AndEndsFirst()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var client = await V2Ray.StartAsync(path);
        await using var origin = new Origin((socket, stop) => socket.SendAsync("220 hello"u8.ToArray(), stop).AsTask());
        using var app = await client.ConnectAsync(origin.Endpoint, Token);
        await using var stream = new NetworkStream(app);
        using var received = new MemoryStream();

        await stream.CopyToAsync(received, Token);

        Assert.Equal("220 hello"u8, received.ToArray());
        await Eventually(() => path.Entry.Counters.ActiveSessions == 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Tcp_ApplicationUploadsAndLeaves_DestinationGetsAllAndACleanEnd()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var client = await V2Ray.StartAsync(path);
        var upload = new byte[4 << 20];
        var received = new TaskCompletionSource<long>();
        await using var origin = new Origin(async (socket, stop) =>
        {
            await using var stream = new NetworkStream(socket);
            var total = 0L;
            var buffer = new byte[64 * 1024];
            int count;
            while ((count = await stream.ReadAsync(buffer, stop)) > 0)
            {
                total += count;
            }

            received.SetResult(total);
        });
        using (var app = await client.ConnectAsync(origin.Endpoint, Token))
        {
            await using var stream = new NetworkStream(app);
            await stream.WriteAsync(upload, Token);
            app.Shutdown(SocketShutdown.Send);
            Assert.Equal(upload.Length, await received.Task.WaitAsync(Token));
        }

        await Eventually(() => path.Entry.Counters.ActiveSessions == 0);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0)]
    [InlineData(Concurrency)]
    public async Task Udp_Datagrams_AreAnswered(int mux)
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var echo = new UdpEcho();
        var door = new IPEndPoint(IPAddress.Loopback, ServerProcess.FreePort());
        await using var client = await V2Ray.StartAsync(path, mux, (echo.Endpoint, door.Port));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(door, Token);
        var buffer = new byte[4096];

        foreach (var length in (int[])[1, 100, 1400, 2000])
        {
            var sent = RandomNumberGenerator.GetBytes(length);
            await socket.SendAsync(sent, Token);
            Assert.Equal(sent, buffer[..await socket.ReceiveAsync(buffer, Token)]);
        }

        Assert.Equal(1, path.Entry.Counters.TotalSessions);
    }

    [Fact(Timeout = 60_000)]
    public async Task Mux_TcpAndUdp_ShareATunnel()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var echo = new UdpEcho();
        await using var origin = Echo();
        var door = new IPEndPoint(IPAddress.Loopback, ServerProcess.FreePort());
        await using var client = await V2Ray.StartAsync(path, Concurrency, (echo.Endpoint, door.Port));
        using var app = await client.ConnectAsync(origin.Endpoint, Token);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(door, Token);
        var buffer = new byte[100];
        for (var i = 0; i < 10; i++)
        {
            await app.SendAsync(new[] { (byte)i }, Token);
            Assert.Equal(1, await app.ReceiveAsync(buffer, Token));
            Assert.Equal(i, buffer[0]);
            await socket.SendAsync(new[] { (byte)~i }, Token);
            Assert.Equal(1, await socket.ReceiveAsync(buffer, Token));
            Assert.Equal((byte)~i, buffer[0]);
        }

        Assert.Equal(1, path.Entry.Counters.TotalSessions);
    }

    [Fact(Timeout = 60_000)]
    public async Task WrongId_GetsNothing_AndNothingIsDialled()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var client = await V2Ray.StartAsync(path, id: Guid.NewGuid());
        await using var origin = Echo();
        using var app = await client.ConnectAsync(origin.Endpoint, Token);
        await app.SendAsync("x"u8.ToArray(), Token);

        Assert.Equal(0, await app.ReceiveAsync(new byte[1], Token));
        Assert.Equal(0, origin.Connections);
        Assert.Equal(0, path.Entry.Counters.TotalSessions);
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
