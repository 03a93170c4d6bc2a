using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Cellway.Benchmarks;

/// <summary>What is done through a way to the sink, whatever the way is.</summary>
internal static class Loads
{
    /// <summary>Straight to the sink, without a tunnel.</summary>
    public static async Task<Stream> ConnectAsync(IPEndPoint sink)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(sink);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Fetches bytes over several streams; MB/s of all together.</summary>
    public static Task<double> DownAsync(Func<Task<Stream>> open, int streams, int megabytes) => MoveAsync(open, streams, megabytes, async (stream, bytes) =>
    {
        await stream.WriteAsync(BenchSink.Ask(BenchSink.Send, bytes));
        var buffer = new byte[128 * 1024];
        for (var left = bytes; left > 0;)
        {
            var count = await stream.ReadAsync(buffer);
            left -= count > 0 ? count : throw new IOException("ended early");
        }
    });

    /// <summary>Sends bytes over several streams, until the sink has them all.</summary>
    public static Task<double> UpAsync(Func<Task<Stream>> open, int streams, int megabytes) => MoveAsync(open, streams, megabytes, async (stream, bytes) =>
    {
        await stream.WriteAsync(BenchSink.Ask(BenchSink.Take, bytes));
        var buffer = new byte[128 * 1024];
        for (var left = bytes; left > 0; left -= Math.Min(left, buffer.Length))
        {
            await stream.WriteAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)));
        }

        await stream.ReadExactlyAsync(buffer.AsMemory(0, 1));
    });

    /// <summary>Opens streams, 32 at once, one byte each; how many a second.</summary>
    public static async Task<double> OpenAsync(Func<Task<Stream>> open, int total)
    {
        var left = total;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await using var stream = await open();
                await stream.WriteAsync(BenchSink.Ask(BenchSink.Send, 1));
                await stream.ReadExactlyAsync(new byte[1]);
            }
        })));
        return total / clock.Elapsed.TotalSeconds;
    }

    /// <summary>64 bytes there and back, again and again; microseconds each, sorted.</summary>
    public static async Task<double[]> PingAsync(Func<Task<Stream>> open, TimeSpan duration)
    {
        await using var stream = await open();
        await stream.WriteAsync(BenchSink.Ask(BenchSink.Echo, 0));
        var buffer = new byte[64];
        var times = new List<double>();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < duration;)
        {
            var begun = Stopwatch.GetTimestamp();
            await stream.WriteAsync(buffer);
            await stream.ReadExactlyAsync(buffer);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }

        times.Sort();
        return [.. times];
    }

    private static async Task<double> MoveAsync(Func<Task<Stream>> open, int streams, int megabytes, Func<Stream, long, Task> move)
    {
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, streams).Select(_ => Task.Run(async () =>
        {
            await using var stream = await open();
            await move(stream, megabytes * 1_000_000L / streams);
        })));
        return megabytes / clock.Elapsed.TotalSeconds;
    }
}
