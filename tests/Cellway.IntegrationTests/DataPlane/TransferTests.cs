using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Cellway.IntegrationTests.DataPlane;

public sealed class TransferTests(ITestOutputHelper output)
{
    private const int Chunk = 256 * 1024;
    private const int Chunks = 256; // 64 MiB

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task SixtyFourMebibytes_BothWays_ArriveWhole()
    {
        await using var path = await TestPath.StartAsync(TestContext.Current.CancellationToken);
        await using var origin = new Origin(async (socket, stop) =>
        {
            await using var stream = new NetworkStream(socket);
            var seen = await HashAsync(stream, stop);
            await stream.WriteAsync(seen, stop);
            await WriteRandomAsync(stream, seed: 2, stop);
            socket.Shutdown(SocketShutdown.Send);
        });
        using var client = path.Client();
        await using var tunnel = await client.OpenAsync(origin.Endpoint, Token);

        var clock = Stopwatch.StartNew();
        var sent = await WriteRandomAsync(tunnel, seed: 1, Token);
        await tunnel.CompleteWritesAsync(Token);
        var seenByOrigin = new byte[32];
        await tunnel.ReadExactlyAsync(seenByOrigin, Token);
        var up = clock.Elapsed;
        clock.Restart();
        var received = await HashAsync(tunnel, Token);
        output.WriteLine($"64 MiB up in {up.TotalSeconds:F2} s, down in {clock.Elapsed.TotalSeconds:F2} s.");

        Assert.Equal(sent, seenByOrigin);
        Assert.Equal(await WriteRandomAsync(Stream.Null, seed: 2, Token), received);
        var traffic = Assert.Single(path.Core.Traffic());
        Assert.Equal(((long)Chunk * Chunks, (long)Chunk * Chunks + 32), (traffic.BytesUp, traffic.BytesDown));
    }

    [Fact(Timeout = 30_000)]
    public async Task DeviceRateLimit_SlowsAConnectionDown_AndLosesNothing()
    {
        const int Rate = 2_000_000;
        await using var path = await TestPath.StartAsync(Token, configure: o => o with { DeviceLimits = new() { BytesPerSecond = Rate } });
        await using var origin = new Origin(async (socket, stop) =>
        {
            await using var stream = new NetworkStream(socket);
            var bytes = new byte[Rate];
            await stream.ReadExactlyAsync(bytes, stop);
            await stream.WriteAsync(bytes, stop);
            socket.Shutdown(SocketShutdown.Send);
        });
        using var client = path.Client();
        await using var tunnel = await client.OpenAsync(origin.Endpoint, Token);
        var sent = RandomNumberGenerator.GetBytes(Rate);

        var clock = Stopwatch.StartNew();
        await tunnel.WriteAsync(sent, Token);
        var received = await ReadToEndAsync(tunnel);

        Assert.Equal(sent, received);
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(1), $"Twice the second's allowance took {clock.Elapsed.TotalSeconds:F2} s."); // a quarter of each is burst
    }

    [Fact(Timeout = 30_000)]
    public async Task DeviceSessionLimit_NextConnectionEndsAtOnce_UntilOneIsClosed()
    {
        await using var path = await TestPath.StartAsync(Token, configure: o => o with { DeviceLimits = new() { Sessions = 1 } });
        await using var origin = new Origin(async (socket, stop) =>
        {
            var byteOfIt = new byte[1];
            while (await socket.ReceiveAsync(byteOfIt, stop) > 0)
            {
                await socket.SendAsync(byteOfIt, stop);
            }
        });
        using var client = path.Client();
        await using (var first = await client.OpenAsync(origin.Endpoint, Token))
        {
            await first.WriteAsync(new byte[] { 1 }, Token);
            await first.ReadExactlyAsync(new byte[1], Token);

            await using var second = await client.OpenAsync(origin.Endpoint, Token);
            Assert.Empty(await ReadToEndAsync(second));
        }

        while (true)
        {
            await using var third = await client.OpenAsync(origin.Endpoint, Token);
            await third.WriteAsync(new byte[] { 3 }, Token);
            if (await third.ReadAsync(new byte[1], Token) == 1)
            {
                return;
            }

            await Task.Delay(5, Token); // the Core has not seen the end yet
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task HalfClose_AnswerAfterTheEndOfTheRequest_Arrives()
    {
        await using var path = await TestPath.StartAsync(TestContext.Current.CancellationToken);
        await using var origin = new Origin(async (socket, stop) =>
        {
            var buffer = new byte[100];
            var total = 0;
            int count;
            while ((count = await socket.ReceiveAsync(buffer, stop)) > 0)
            {
                total += count;
            }

            await socket.SendAsync(new[] { (byte)total }, stop);
        });
        using var client = path.Client();
        await using var tunnel = await client.OpenAsync(origin.Endpoint, Token);

        await tunnel.WriteAsync("hello"u8.ToArray(), Token);
        await tunnel.CompleteWritesAsync(Token);

        Assert.Equal([5], await ReadToEndAsync(tunnel));
    }

    [Fact(Timeout = 30_000)]
    public async Task ServerFirst_BytesArriveBeforeTheClientSendsAny()
    {
        await using var path = await TestPath.StartAsync(TestContext.Current.CancellationToken);
        await using var origin = new Origin(async (socket, stop) =>
        {
            await socket.SendAsync("220 hello"u8.ToArray(), stop);
            await socket.ReceiveAsync(new byte[1], stop);
        });
        using var client = path.Client();
        await using var tunnel = await client.OpenAsync(origin.Endpoint, Token);

        var greeting = new byte[9];
        await tunnel.ReadExactlyAsync(greeting, Token);

        Assert.Equal("220 hello"u8, greeting);
    }

    [Fact(Timeout = 30_000)]
    public async Task DestinationNamed_IsResolvedByTheCore()
    {
        await using var path = await TestPath.StartAsync(TestContext.Current.CancellationToken);
        await using var origin = new Origin((socket, stop) => socket.SendAsync("x"u8.ToArray(), stop).AsTask());
        using var client = path.Client();
        await using var tunnel = await client.OpenAsync(new DnsEndPoint("localhost", origin.Endpoint.Port), Token);

        Assert.Equal("x"u8.ToArray(), await ReadToEndAsync(tunnel));
    }

    [Fact(Timeout = 30_000)]
    public async Task RefusedDestination_EndsCleanlyWithoutBytes()
    {
        await using var path = await TestPath.StartAsync(TestContext.Current.CancellationToken);
        var closed = new IPEndPoint(IPAddress.Loopback, Cellway.Testing.ServerProcess.FreePort());
        using var client = path.Client();
        await using var tunnel = await client.OpenAsync(closed, Token);

        Assert.Empty(await ReadToEndAsync(tunnel));
    }

    [Fact(Timeout = 30_000)]
    public async Task DeniedDestination_EndsCleanlyAndIsNeverDialled()
    {
        await using var path = await TestPath.StartAsync(TestContext.Current.CancellationToken, new());
        await using var origin = new Origin((socket, stop) => socket.SendAsync("secret"u8.ToArray(), stop).AsTask());
        using var client = path.Client();
        await using var byAddress = await client.OpenAsync(origin.Endpoint, Token);
        await using var byName = await client.OpenAsync(new DnsEndPoint("localhost", origin.Endpoint.Port), Token);

        Assert.Empty(await ReadToEndAsync(byAddress));
        Assert.Empty(await ReadToEndAsync(byName));
        Assert.Equal(0, origin.Connections);
    }

    [Fact(Timeout = 30_000)]
    public async Task DestinationReset_IsNeverACleanEnd()
    {
        await using var path = await TestPath.StartAsync(TestContext.Current.CancellationToken);
        await using var origin = new Origin(async (socket, stop) =>
        {
            await socket.SendAsync(new byte[1000], stop);
            await socket.ReceiveAsync(new byte[1], stop); // the client has the first bytes
            socket.LingerState = new(true, 0);
        });
        using var client = path.Client();
        await using var tunnel = await client.OpenAsync(origin.Endpoint, Token);
        await tunnel.ReadExactlyAsync(new byte[1000], Token);
        await tunnel.WriteAsync(new byte[1], Token);

        await Assert.ThrowsAnyAsync<IOException>(() => ReadToEndAsync(tunnel));
    }

    [Fact(Timeout = 60_000)]
    public async Task ManyConnectionsAtOnce_AreOneLookup()
    {
        await using var path = await TestPath.StartAsync(TestContext.Current.CancellationToken);
        await using var origin = new Origin(async (socket, stop) =>
        {
            await using var stream = new NetworkStream(socket);
            await stream.CopyToAsync(stream, stop);
        });
        using var client = path.Client();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            await using var tunnel = await client.OpenAsync(origin.Endpoint, Token);
            await tunnel.WriteAsync(new byte[i + 1], Token);
            await tunnel.CompleteWritesAsync(Token);
            Assert.Equal(i + 1, (await ReadToEndAsync(tunnel)).Length);
        }));

        Assert.Equal(1, path.Routes.Lookups);
        Assert.Equal(100, path.Entry.Counters.TotalSessions);
    }

    private static async Task<byte[]> ReadToEndAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Token);
        return all.ToArray();
    }

    private static async Task<byte[]> WriteRandomAsync(Stream stream, int seed, CancellationToken token)
    {
        var random = new Random(seed);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[Chunk];
        for (var i = 0; i < Chunks; i++)
        {
            random.NextBytes(chunk);
            hash.AppendData(chunk);
            await stream.WriteAsync(chunk, token);
        }

        return hash.GetHashAndReset();
    }

    private static async Task<byte[]> HashAsync(Stream stream, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Chunk];
        int count;
        while ((count = await stream.ReadAsync(buffer, token)) > 0)
        {
            hash.AppendData(buffer, 0, count);
        }

        return hash.GetHashAndReset();
    }
}
