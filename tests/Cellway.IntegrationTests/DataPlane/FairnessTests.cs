using System.Diagnostics;
using System.Net.Sockets;

namespace Cellway.IntegrationTests.DataPlane;

/// <summary>Tunnels beside each other on the same connections.</summary>
public sealed class FairnessTests(ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task SlowDestination_StopsItsSender_AndNoOtherTunnel()
    {
        await using var path = await TestPath.StartAsync(TestContext.Current.CancellationToken);
        var release = new TaskCompletionSource();
        await using var slow = new Origin(async (_, stop) => await release.Task.WaitAsync(stop));
        await using var echo = Echo();
        using var client = path.Client();
        await using var stalled = await client.OpenAsync(slow.Endpoint, Token);
        var sent = 0L;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var sending = Task.Run(
            async () =>
            {
                while (true)
                {
                    await stalled.WriteAsync(new byte[64 * 1024], enough.Token);
                    Interlocked.Add(ref sent, 64 * 1024);
                }
            },
            Token);

        await using var other = await client.OpenAsync(echo.Endpoint, Token);
        for (var i = 0; i < 50; i++)
        {
            await PingAsync(other);
        }

        for (var before = -1L; before != Interlocked.Read(ref sent); await Task.Delay(500, Token))
        {
            before = Interlocked.Read(ref sent);
        }

        output.WriteLine($"{Interlocked.Read(ref sent) >> 10} KiB until the sender stopped.");
        Assert.InRange(Interlocked.Read(ref sent), 1, 64L << 20); // socket buffers and windows, no more
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        release.SetResult();
    }

    [Fact(Timeout = 60_000)]
    public async Task PingBesideBulk_ComesBackSoon()
    {
        await using var path = await TestPath.StartAsync(TestContext.Current.CancellationToken);
        await using var bulk = new Origin(async (socket, stop) =>
        {
            var block = new byte[64 * 1024];
            while (true)
            {
                await socket.SendAsync(block, SocketFlags.None, stop);
            }
        });
        await using var echo = Echo();
        using var client = path.Client();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var flood = await client.OpenAsync(bulk.Endpoint, Token);
        var draining = Task.Run(
            async () =>
            {
                var buffer = new byte[64 * 1024];
                while (true)
                {
                    await flood.ReadExactlyAsync(buffer, enough.Token);
                }
            },
            Token);
        using var second = path.Client();
        await using var tunnel = await second.OpenAsync(echo.Endpoint, Token);
        await PingAsync(tunnel);

        var times = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            var clock = Stopwatch.GetTimestamp();
            await PingAsync(tunnel);
            times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
        }

        times.Sort();
        output.WriteLine($"p50 {times[100]:F2} ms, p99 {times[198]:F2} ms");
        Assert.True(times[100] < 100, $"p50 {times[100]:F2} ms"); // the figure itself is the benchmark's: here everything shares one process
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => draining);
    }

    private static Origin Echo() => new(async (socket, stop) =>
    {
        await using var stream = new NetworkStream(socket);
        await stream.CopyToAsync(stream, stop);
    });

    private static async Task PingAsync(Stream tunnel)
    {
        await tunnel.WriteAsync(new byte[64], Token);
        await tunnel.ReadExactlyAsync(new byte[64], Token);
    }
}
