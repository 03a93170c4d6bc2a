using System.Security.Cryptography;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Cellway.Tests.DataPlane.Http2.Http2Pair;

namespace Cellway.Tests.DataPlane.Http2;

/// <summary>Two connections joined stream by stream, as an Entry does it.</summary>
public sealed class SpliceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData(5)]
    public async Task Splice_ManyStreamsBothDirections_EveryByteOnceAndCleanEnds(int? seed)
    {
        const int Streams = 12, Bytes = 3_000_000;
        await using var chain = new Chain(seed);
        var payload = new byte[Bytes];
        new Random(1).NextBytes(payload);

        await Task.WhenAll(Enumerable.Range(0, Streams).Select(async i =>
        {
            await Task.Yield();
            var client = new RecordingHandler();
            var stream = chain.Client.TryOpen(client, Head)!;
            for (var at = 0; at < Bytes; at += 50_000)
            {
                Assert.True(stream.SendData(payload.AsSpan(at, 50_000)));
                await Task.Yield();
            }

            stream.SendEnd();
            await Within(client.Ended);

            Assert.Equal(Convert.ToHexString(SHA256.HashData(payload)), client.Hash());
            Assert.Equal("grpc-status: 0", client.Heads[^1]);
            Assert.False(client.WasReset.IsCompleted && client.WasReset.Result != Http2ErrorCode.NoError);
        }));
        await StreamTests.Eventually(() => chain.Client.ActiveStreams + chain.EntryToCore.ActiveStreams == 0);
    }

    [Fact]
    public async Task Splice_TargetStalls_SenderStopsAtTheWindowsAndOthersGoOn()
    {
        await using var chain = new Chain(null, stall: handler => handler.Stream.Id == 1);
        var stalled = chain.Client.TryOpen(new RecordingHandler(), Head)!;
        var rest = 20 << 20;
        while (stalled.SendQuota() is > 0 and var quota && rest > 0)
        {
            stalled.SendData(new byte[Math.Min(quota, 100_000)]);
            rest -= quota;
            await Task.Delay(1, Token);
        }

        Assert.True(rest > 0, "nothing stopped the sender");
        var client = new RecordingHandler();
        var other = chain.Client.TryOpen(client, Head)!;
        other.SendData(new byte[2 << 20]);
        other.SendEnd();
        await Within(client.Ended);
        Assert.Equal(2 << 20, client.Received);
    }

    [Fact]
    public async Task Splice_ClientResets_TheCoreSideIsReset()
    {
        await using var chain = new Chain(null);
        var stream = chain.Client.TryOpen(new RecordingHandler(), Head)!;
        stream.SendData("x"u8);
        await StreamTests.Eventually(() => chain.Core.Requests.Count == 1);
        stream.Reset(Http2ErrorCode.Cancel);
        Assert.Equal(Http2ErrorCode.Cancel, await Within(chain.Core.Requests[0].WasReset));
    }

    /// <summary>client ─▶ entry ─▶ core; the core echoes.</summary>
    private sealed class Chain : IAsyncDisposable
    {
        private readonly Http2Sweeper _sweeper = new(new FakeTimeProvider());
        private readonly List<Http2Connection> _all = [];
        private readonly List<Task> _runs = [];

        public Chain(int? seed, Func<RecordingHandler, bool>? stall = null)
        {
            Core = new(() => new RecordingHandler { AutoCredit = false });
            var (a, b) = MemoryDuplex.Create(seed);
            var (c, d) = MemoryDuplex.Create(seed + 2);
            Start(d, false, new EchoCore(Core, stall));
            EntryToCore = Start(c, true, new RecordingConnection());
            Start(b, false, new Entry(EntryToCore));
            Client = Start(a, true, new RecordingConnection());
        }

        public RecordingConnection Core { get; }

        public Http2Connection Client { get; }

        public Http2Connection EntryToCore { get; }

        public async ValueTask DisposeAsync()
        {
            _all.ForEach(connection => connection.Abort());
            await Within(Task.WhenAll(_runs));
            _sweeper.Dispose();
        }

        private Http2Connection Start(MemoryDuplex wire, bool client, ConnectionHandler handler)
        {
            var connection = new Http2Connection(
                new(wire), client, handler, client ? Http2Options.Client : Http2Options.TrustedServer, _sweeper, NullLogger.Instance);
            _all.Add(connection);
            _runs.Add(connection.RunAsync());
            return connection;
        }
    }

    private sealed class EchoCore(RecordingConnection record, Func<RecordingHandler, bool>? stall) : ConnectionHandler
    {
        public override StreamHandler? OnRequest(Http2Stream stream, HeaderList headers)
        {
            var inner = (RecordingHandler)record.OnRequest(stream, headers)!;
            return new Echo(inner, stall);
        }

        private sealed class Echo(RecordingHandler inner, Func<RecordingHandler, bool>? stall) : StreamHandler
        {
            public override void OnHeaders(HeaderList headers, bool endStream)
            {
                inner.Stream = Stream;
                inner.OnHeaders(headers, endStream);
                Stream.SendHeaders(Ok);
            }

            public override void OnData(ReadOnlySpan<byte> data)
            {
                inner.OnData(data);
                if (stall?.Invoke(inner) != true)
                {
                    Stream.SendData(data);
                }
            }

            public override void OnSent(int bytes) => Stream.Credit(bytes);

            public override void OnEnd() => Stream.SendTrailers(Trailers);

            public override void OnReset(Http2ErrorCode code) => inner.OnReset(code);
        }
    }

    private sealed class Entry(Http2Connection core) : ConnectionHandler
    {
        public override StreamHandler? OnRequest(Http2Stream stream, HeaderList headers) => new Down(core);
    }

    private sealed class Down(Http2Connection core) : StreamHandler
    {
        private readonly Up _up = new();

        public override void OnHeaders(HeaderList headers, bool endStream)
        {
            _up.Down = Stream;
            core.TryOpen(_up, Head);
        }

        public override void OnData(ReadOnlySpan<byte> data) => _up.Stream.SendData(data);

        public override void OnEnd() => _up.Stream.SendEnd();

        public override void OnReset(Http2ErrorCode code) => _up.Stream.Reset(code);

        public override void OnSent(int bytes) => _up.Stream.Credit(bytes);
    }

    private sealed class Up : StreamHandler
    {
        private bool _head;
        private bool _ended;

        public Http2Stream Down { get; set; } = null!;

        public override void OnHeaders(HeaderList headers, bool endStream)
        {
            if (!_head)
            {
                _head = true;
                Down.SendHeaders(Ok);
            }
        }

        public override void OnData(ReadOnlySpan<byte> data) => Down.SendData(data);

        public override void OnEnd()
        {
            _ended = true;
            Down.SendTrailers(Trailers);
        }

        public override void OnReset(Http2ErrorCode code)
        {
            if (!_ended)
            {
                Down.Reset(code);
            }
        }

        public override void OnSent(int bytes) => Down.Credit(bytes);
    }
}
