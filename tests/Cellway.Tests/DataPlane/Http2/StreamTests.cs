using System.Security.Cryptography;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using static Cellway.Tests.DataPlane.Http2.Http2Pair;

namespace Cellway.Tests.DataPlane.Http2;

public sealed class StreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A server that answers at once, echoes nothing, and ends with trailers when the client ends.</summary>
    private static RecordingHandler GrpcServer()
    {
        var handler = new RecordingHandler();
        handler.HeadersArrived = (_, _) => handler.Stream.SendHeaders(Ok);
        handler.EndArrived = () => handler.Stream.SendTrailers(Trailers);
        return handler;
    }

    [Fact]
    public async Task Exchange_BothSidesEnd_HeadersDataAndTrailersArrive()
    {
        await using var pair = new Http2Pair(new(GrpcServer));
        var client = new RecordingHandler();
        var stream = pair.Client.TryOpen(client, Head)!;
        Assert.True(stream.SendData("hello "u8));
        Assert.True(stream.SendData("wor"u8, "ld"u8));
        stream.SendEnd();

        await Within(client.Ended);

        var server = Assert.Single(pair.ServerHandler.Requests);
        Assert.Equal("hello world"u8, server.Kept.ToArray());
        Assert.Equal(
            ":method: POST\n:scheme: https\n:path: /svc/Tun\n:authority: x.test\ncontent-type: application/grpc", Assert.Single(server.Heads));
        Assert.Equal([":status: 200\ncontent-type: application/grpc", "grpc-status: 0"], client.Heads);
        Assert.True(stream.IsClosed);
        Assert.False(client.WasReset.IsCompleted);
        Assert.Equal(11, client.SentBytes);
        Assert.False(stream.SendData("late"u8));
    }

    [Fact]
    public async Task ServerEndsFirst_ClientStillSending_SeesCleanEndThenNoErrorReset()
    {
        await using var pair = new Http2Pair(new(() =>
        {
            var handler = new RecordingHandler();
            handler.HeadersArrived = (_, _) =>
            {
                handler.Stream.SendHeaders(Ok);
                handler.Stream.SendData("bye"u8);
                handler.Stream.SendTrailers(Trailers);
            };
            return handler;
        }));
        var client = new RecordingHandler();
        pair.Client.TryOpen(client, Head);

        await Within(client.Ended);

        Assert.Equal(Http2ErrorCode.NoError, await Within(client.WasReset));
        Assert.Equal("bye"u8, client.Kept.ToArray());
        Assert.Equal("grpc-status: 0", client.Heads[^1]);
    }

    [Theory]
    [InlineData((uint)Http2ErrorCode.Cancel)]
    [InlineData(0xDEADu)]
    public async Task Reset_AnyCode_ReachesTheOtherSide(uint code)
    {
        await using var pair = new Http2Pair(new());
        var client = new RecordingHandler();
        var stream = pair.Client.TryOpen(client, Head)!;
        stream.SendData("x"u8);
        stream.Reset((Http2ErrorCode)code);
        stream.Reset((Http2ErrorCode)code);

        var other = new RecordingHandler();
        pair.Client.TryOpen(other, Head)!.SendEnd();
        await Eventually(() => pair.ServerHandler.Requests.Count == 2);

        Assert.Equal((Http2ErrorCode)code, await Within(pair.ServerHandler.Requests[0].WasReset));
        Assert.False(client.WasReset.IsCompleted);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(11)]
    public async Task LongTransfer_BothDirectionsAtOnce_EveryByteOnce(int? seed)
    {
        const int Total = 64 << 20;
        var servers = new List<RecordingHandler>();
        RecordingHandler Server()
        {
            var handler = new RecordingHandler { Keep = false };
            handler.HeadersArrived = (_, _) => handler.Stream.SendHeaders(Ok);
            servers.Add(handler);
            return handler;
        }

        await using var pair = new Http2Pair(new(Server), seed: seed);
        var client = new RecordingHandler { Keep = false };
        var stream = pair.Client.TryOpen(client, Head)!;
        await Eventually(() => servers.Count == 1 && servers[0].Stream is not null);

        var up = ProduceAsync(stream, client, Total, 1);
        var down = ProduceAsync(servers[0].Stream, servers[0], Total, 2);
        var hashes = await Task.WhenAll(up, down).WaitAsync(TimeSpan.FromSeconds(60), Token);
        await servers[0].WaitForAsync(Total, Token);
        await client.WaitForAsync(Total, Token);

        Assert.Equal(hashes[0], servers[0].Hash());
        Assert.Equal(hashes[1], client.Hash());
    }

    [Fact]
    public async Task Credit_Withheld_StopsTheSenderAtTheWindow_AndAloneThatStream()
    {
        var options = Http2Options.TrustedServer with
        {
            Settings = [new(SettingId.MaxConcurrentStreams, 10), new(SettingId.InitialWindowSize, 100_000)],
        };
        await using var pair = new Http2Pair(new(() => new RecordingHandler { AutoCredit = false }), options);
        await Within(pair.ClientHandler.Ready);
        var client = new RecordingHandler();
        var stream = pair.Client.TryOpen(client, Head)!;
        stream.SendData(new byte[150_000]);
        await Eventually(() => pair.ServerHandler.Requests.Count == 1);
        var stalled = pair.ServerHandler.Requests[0];
        await stalled.WaitForAsync(100_000, Token);

        var neighbour = pair.Client.TryOpen(new RecordingHandler(), Head)!;
        neighbour.SendData(new byte[50_000]);
        await Eventually(() => pair.ServerHandler.Requests.Count == 2);
        await pair.ServerHandler.Requests[1].WaitForAsync(50_000, Token);

        Assert.Equal(100_000, stalled.Received);
        Assert.Equal(0, stream.SendQuota());
        var writable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Writable = () => writable.TrySetResult();
        stalled.Stream.Credit(100_000);
        await stalled.WaitForAsync(150_000, Token);
        await Within(writable.Task);
        Assert.InRange(stream.SendQuota(), 1, 100_000);
    }

    [Fact]
    public async Task SettingsMidConnection_LowerTheWindow_TheStreamWaitsUntilItIsPositiveAgain()
    {
        using var raw = new RawPeer();
        await raw.SendAsync(RawPeer.Hello());
        await raw.SendAsync(RawPeer.Headers(1, Head));
        var handler = await raw.RequestAsync(0);
        handler.Stream.SendHeaders(Ok);
        handler.Stream.SendData(new byte[60_000]);
        await raw.ReadUntilAsync(_ => raw.DataBytes == 60_000);

        // 65535 - 60000 - 65535 + 1000 = -59000
        await raw.SendAsync(RawPeer.Settings((4, 1000)));
        await raw.ReadUntilAsync(_ => raw.Frames.Count(f => f is { Type: FrameType.Settings, Flags: FrameFlags.Ack }) == 2);
        handler.Stream.SendData(new byte[10_000]);
        await raw.SendAsync(RawPeer.WindowUpdate(1, 59_000));
        await raw.SendAsync(RawPeer.Ping(1));
        await raw.ReadUntilAsync(f => f is { Type: FrameType.Ping });
        Assert.Equal(60_000, raw.DataBytes);

        await raw.SendAsync(RawPeer.WindowUpdate(1, 1));
        await raw.ReadUntilAsync(_ => raw.DataBytes == 60_001);
        await raw.SendAsync(RawPeer.Settings((4, 1_000_000)));
        await raw.ReadUntilAsync(_ => raw.DataBytes == 65_535);
        await raw.SendAsync(RawPeer.WindowUpdate(0, 1_000_000));
        await raw.ReadUntilAsync(_ => raw.DataBytes == 70_000);
    }

    [Fact]
    public async Task MaxConcurrentStreams_Reached_OpenSaysNoUntilOneEnds()
    {
        var options = Http2Options.TrustedServer with { Settings = [new(SettingId.MaxConcurrentStreams, 2)] };
        await using var pair = new Http2Pair(new(), options);
        await Within(pair.ClientHandler.Ready);
        var first = pair.Client.TryOpen(new RecordingHandler(), Head)!;
        Assert.NotNull(pair.Client.TryOpen(new RecordingHandler(), Head));
        Assert.Null(pair.Client.TryOpen(new RecordingHandler(), Head));
        Assert.False(pair.Client.CanOpen);

        first.Reset(Http2ErrorCode.Cancel);

        await Within(pair.ClientHandler.Capacity);
        Assert.NotNull(pair.Client.TryOpen(new RecordingHandler(), Head));
    }

    [Fact]
    public async Task Drain_Server_LetsOpenStreamsFinishThenCloses()
    {
        await using var pair = new Http2Pair(new(GrpcServer));
        var client = new RecordingHandler();
        var stream = pair.Client.TryOpen(client, Head)!;
        stream.SendData("a"u8);
        await Eventually(() => pair.ServerHandler.Requests.Count == 1);

        pair.Server.Drain();
        Assert.Equal(Http2ErrorCode.NoError, await Within(pair.ClientHandler.Draining));
        Assert.Null(pair.Client.TryOpen(new RecordingHandler(), Head));
        stream.SendData("b"u8);
        stream.SendEnd();

        await Within(client.Ended);
        await Within(pair.ServerHandler.Closed);
        await Within(pair.ClientHandler.Closed);
        Assert.Equal("ab"u8, pair.ServerHandler.Requests[0].Kept.ToArray());
        Assert.False(client.WasReset.IsCompleted);
    }

    [Fact]
    public async Task ConnectionLost_EveryStreamIsTold()
    {
        await using var pair = new Http2Pair(new());
        var client = new RecordingHandler();
        pair.Client.TryOpen(client, Head);
        await Eventually(() => pair.ServerHandler.Requests.Count == 1);

        pair.Server.Abort();

        Assert.Equal(Http2ErrorCode.ConnectionLost, await Within(client.WasReset));
        Assert.Equal(Http2ErrorCode.ConnectionLost, await Within(pair.ServerHandler.Requests[0].WasReset));
        await Within(pair.ClientHandler.Closed);
        Assert.Equal(0, pair.Sweeper.Count);
    }

    internal static async Task Eventually(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static async Task<string> ProduceAsync(Http2Stream stream, RecordingHandler handler, int total, int seed)
    {
        var random = new Random(seed);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var writable = new SemaphoreSlim(0);
        handler.Writable = () => writable.Release();
        var buffer = new byte[100_000];
        while (total > 0)
        {
            var quota = stream.SendQuota();
            Assert.True(quota >= 0);
            if (quota == 0)
            {
                Assert.True(await writable.WaitAsync(TimeSpan.FromSeconds(20), Token));
                continue;
            }

            // Sometimes more than the quota: the rest must queue.
            var count = Math.Min(total, random.Next(3) == 0 ? random.Next(1, buffer.Length) : Math.Min(quota, 1 + random.Next(20_000)));
            random.NextBytes(buffer.AsSpan(0, count));
            hash.AppendData(buffer.AsSpan(0, count));
            Assert.True(stream.SendData(buffer.AsSpan(0, count)));
            total -= count;
        }

        return Convert.ToHexString(hash.GetCurrentHash());
    }
}
