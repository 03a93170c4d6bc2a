using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Cellway.DataPlane.Mux;
using Cellway.Testing;

namespace Cellway.IntegrationTests.DataPlane;

/// <summary>TCP sessions in Mux.Cool.</summary>
public sealed class MuxTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task FiftyStreams_Interleaved_EachGetsItsOwnBytes()
    {
        const int Streams = 50, Pieces = 40, Piece = 5000;
        await using var path = await TestPath.StartAsync(Token);
        await using var origin = new Origin(EchoAsync);
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);
        var sent = Enumerable.Range(0, Streams).Select(i => RandomOf(i, Pieces * Piece)).ToArray();

        var receiving = ReceiveAsync();
        for (var piece = 0; piece < Pieces; piece++)
        {
            for (var i = 0; i < Streams; i++)
            {
                var data = sent[i][(piece * Piece)..((piece + 1) * Piece)];
                await tunnel.SendAsync(
                    piece == 0 ? MuxFrames.New((ushort)(i + 1), false, origin.Endpoint, data) : MuxFrames.Keep((ushort)(i + 1), data), Token);
            }
        }

        var received = await receiving;
        for (var i = 0; i < Streams; i++)
        {
            Assert.Equal(SHA256.HashData(sent[i]), SHA256.HashData(received[i].ToArray()));
        }

        var traffic = Assert.Single(path.Core.Traffic());
        Assert.Equal(((long)Streams * Pieces * Piece, (long)Streams * Pieces * Piece), (traffic.BytesUp, traffic.BytesDown));

        async Task<MemoryStream[]> ReceiveAsync()
        {
            var all = Enumerable.Range(0, Streams).Select(_ => new MemoryStream()).ToArray();
            while (all.Any(m => m.Length < Pieces * Piece))
            {
                var (frame, data) = (await tunnel.ReadFrameAsync(Token))!.Value;
                Assert.Equal(MuxStatus.Keep, frame.Status);
                all[frame.Session - 1].Write(data);
            }

            return all;
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task RefusedAndDeniedDestinations_EndTheirSessionsOnly()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var origin = new Origin(EchoAsync);
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);

        await tunnel.SendAsync(MuxFrames.New(1, false, new IPEndPoint(IPAddress.Loopback, ServerProcess.FreePort()), [1]), Token);
        Assert.Equal((MuxStatus.End, 1), await NextAsync(tunnel));
        await tunnel.SendAsync(MuxFrames.New(2, false, new IPEndPoint(IPAddress.Parse("10.0.0.1"), 80), [1]), Token);
        Assert.Equal((MuxStatus.End, 2), await NextAsync(tunnel));
        await tunnel.SendAsync(MuxFrames.New(3, false, new DnsEndPoint("sp.mux.sing-box.arpa", 444), [1]), Token);
        Assert.Equal((MuxStatus.End, 3), await NextAsync(tunnel));
        await tunnel.SendAsync(MuxFrames.New(4, false, origin.Endpoint, [4, 4]), Token);

        var (frame, data) = (await tunnel.ReadFrameAsync(Token))!.Value;
        Assert.Equal((4, 2), (frame.Session, data.Length));
    }

    [Fact(Timeout = 30_000)]
    public async Task DestinationEnds_OneEnd_AndNoMoreForFramesUnderWay()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var origin = new Origin(async (socket, stop) => await socket.SendAsync("bye"u8.ToArray(), stop));
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);

        await tunnel.SendAsync(MuxFrames.New(1, false, origin.Endpoint), Token);
        Assert.Equal((MuxStatus.Keep, 1), await NextAsync(tunnel));
        Assert.Equal((MuxStatus.End, 1), await NextAsync(tunnel));
        await tunnel.SendAsync([.. MuxFrames.Keep(1, [1]), .. MuxFrames.End(1), .. MuxFrames.Keep(77, [1]), .. MuxFrames.Keep(77, [1])], Token);
        Assert.Equal((MuxStatus.End, 77), await NextAsync(tunnel)); // of a session that never was
        await tunnel.SendAsync([.. MuxFrames.KeepAlive(5, [1, 2]), .. MuxFrames.End(9), .. MuxFrames.Keep(78, null)], Token);

        Assert.Equal((MuxStatus.End, 78), await NextAsync(tunnel));
    }

    [Fact(Timeout = 30_000)]
    public async Task ClientEndsASession_ItsBytesArriveAndTheDestinationIsClosed()
    {
        await using var path = await TestPath.StartAsync(Token);
        var seen = new TaskCompletionSource<long>();
        await using var origin = new Origin(async (socket, stop) =>
        {
            using var all = new MemoryStream();
            await using var stream = new NetworkStream(socket);
            await stream.CopyToAsync(all, stop);
            seen.SetResult(all.Length);
        });
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);

        await tunnel.SendAsync([.. MuxFrames.New(1, false, origin.Endpoint, new byte[60000]), .. MuxFrames.Keep(1, new byte[40000]), .. MuxFrames.End(1)], Token);

        Assert.Equal(100_000, await seen.Task.WaitAsync(Token));
    }

    [Fact(Timeout = 60_000)]
    public async Task SlowSession_BesideAFastOne_DoesNotStopIt()
    {
        await using var path = await TestPath.StartAsync(Token, configure: o => o with { MuxBufferedBytes = 8 * 1024 * 1024 });
        await using var slow = new Origin((socket, stop) => { socket.ReceiveBufferSize = 4096; return Task.Delay(Timeout.Infinite, stop); });
        await using var fast = new Origin(EchoAsync);
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);
        await tunnel.SendAsync(MuxFrames.New(1, false, slow.Endpoint), Token);
        for (var i = 0; i < 100; i++)
        {
            await tunnel.SendAsync(MuxFrames.Keep(1, new byte[60_000]), Token); // more than the socket's own buffers take
        }

        await tunnel.SendAsync(MuxFrames.New(2, false, fast.Endpoint, [1, 2, 3]), Token);

        var (frame, data) = (await tunnel.ReadFrameAsync(Token))!.Value;
        Assert.Equal((2, 3), (frame.Session, data.Length));
    }

    [Fact(Timeout = 60_000)]
    public async Task SlowSession_BeyondTheBuffer_StopsTheMainConnectionUntilItReadsOn()
    {
        const int Frames = 1200, Frame = 32 * 1024; // 38 MiB: more than all windows, buffers and sockets on the way
        await using var path = await TestPath.StartAsync(Token, configure: o => o with { MuxBufferedBytes = 64 * 1024 });
        var open = new TaskCompletionSource();
        long total = 0;
        await using var slow = new Origin(async (socket, stop) =>
        {
            await open.Task.WaitAsync(stop);
            var buffer = new byte[65536];
            int count;
            while (total < (long)Frames * Frame && (count = await socket.ReceiveAsync(buffer, stop)) > 0)
            {
                total += count;
            }

            await socket.SendAsync(new byte[1], stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);
        await tunnel.SendAsync(MuxFrames.New(1, false, slow.Endpoint), Token);
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Frames; i++)
            {
                await tunnel.SendAsync(MuxFrames.Keep(1, new byte[Frame]), Token);
            }
        }, Token);

        Assert.NotEqual(sending, await Task.WhenAny(sending, Task.Delay(2000, Token)));
        open.SetResult();

        await sending;
        Assert.Equal((MuxStatus.Keep, 1), await NextAsync(tunnel));
        Assert.Equal((long)Frames * Frame, total);
    }

    [Fact(Timeout = 60_000)]
    public async Task SessionsBeyondTheLimit_AreEnded()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var origin = new Origin(EchoAsync);
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);
        for (var i = 1; i <= 513; i++)
        {
            await tunnel.SendAsync(MuxFrames.New((ushort)i, false, origin.Endpoint), Token);
        }

        Assert.Equal((MuxStatus.End, 513), await NextAsync(tunnel));
    }

    [Fact(Timeout = 30_000)]
    public async Task DevicesLimit_CountsSessionsInsideToo()
    {
        await using var path = await TestPath.StartAsync(Token, configure: o => o with { DeviceLimits = new() { Sessions = 2 } });
        await using var origin = new Origin(EchoAsync);
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);
        await tunnel.SendAsync([.. MuxFrames.New(1, false, origin.Endpoint, [1]), .. MuxFrames.New(2, false, origin.Endpoint, [1])], Token);

        var first = await NextAsync(tunnel);
        var second = await NextAsync(tunnel);

        Assert.Contains((MuxStatus.End, 2), new[] { first, second });
        Assert.Contains((MuxStatus.Keep, 1), new[] { first, second });
    }

    [Fact(Timeout = 30_000)]
    public async Task DevicesRate_BoundsTheSpeed()
    {
        await using var path = await TestPath.StartAsync(Token, configure: o => o with { DeviceLimits = new() { BytesPerSecond = 400_000 } });
        await using var origin = new Origin((socket, stop) => socket.SendAsync(new byte[600_000], stop).AsTask());
        using var client = path.Client();
        await using var tunnel = await client.OpenAsync(origin.Endpoint, Token);

        var clock = System.Diagnostics.Stopwatch.StartNew();
        await tunnel.CopyToAsync(Stream.Null, Token);

        Assert.InRange(clock.Elapsed.TotalSeconds, 1.1, 10); // 600 KB at 400 KB/s, less a quarter of a second's burst
    }

    [Fact(Timeout = 30_000)]
    public async Task EmptyMainConnection_EndsCleanly()
    {
        await using var path = await TestPath.StartAsync(Token, configure: o => o with { MuxEmptyTimeout = TimeSpan.FromMilliseconds(300) });
        await using var origin = new Origin((socket, stop) => socket.SendAsync(new byte[1], stop).AsTask());
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);
        await using var unused = await RawTunnel.MuxAsync(path, Token);
        await tunnel.SendAsync(MuxFrames.New(1, false, origin.Endpoint), Token);

        Assert.Equal((MuxStatus.Keep, 1), await NextAsync(tunnel));
        Assert.Equal((MuxStatus.End, 1), await NextAsync(tunnel));
        Assert.Null(await tunnel.ReadFrameAsync(Token));
        Assert.Null(await unused.ReadFrameAsync(Token));
    }

    [Fact(Timeout = 30_000)]
    public async Task Junk_IsNotACleanEnd()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);

        await tunnel.SendAsync([0, 4, 0, 1, 9, 0], Token);

        await Assert.ThrowsAnyAsync<IOException>(() => tunnel.ReadFrameAsync(Token));
    }

    [Fact(Timeout = 30_000)]
    public async Task RealClientsBytes_FromTheVectors_AreServed()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);
        var bytes = await File.ReadAllBytesAsync(Path.Combine(VectorsDirectory(), "mux-abort.c2s.bin"), Token);

        await tunnel.SendAsync(bytes[19..], Token); // nothing listens at port 1, and 17080 is this test's to leave closed
        await tunnel.SendAsync(MuxFrames.Keep(3, null), Token);

        var seen = new List<(MuxStatus, int)>();
        while (seen.Count == 0 || seen[^1].Item2 != 3)
        {
            seen.Add(await NextAsync(tunnel));
        }

        Assert.All(seen, s => Assert.Equal(MuxStatus.End, s.Item1));
    }

    private static async Task<(MuxStatus Status, int Session)> NextAsync(RawTunnel tunnel)
    {
        var frame = await tunnel.ReadFrameAsync(Token);
        Assert.NotNull(frame);
        return (frame.Value.Head.Status, frame.Value.Head.Session);
    }

    private static byte[] RandomOf(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task EchoAsync(Socket socket, CancellationToken stop)
    {
        await using var stream = new NetworkStream(socket);
        await stream.CopyToAsync(stream, stop);
    }

    private static string VectorsDirectory()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(directory.FullName, "tests", "vectors")))
        {
            directory = directory.Parent!;
        }

        return Path.Combine(directory.FullName, "tests", "vectors");
    }
}
