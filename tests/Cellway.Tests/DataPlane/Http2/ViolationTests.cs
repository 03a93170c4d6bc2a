using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;
using static Cellway.Tests.DataPlane.Http2.RawPeer;

namespace Cellway.Tests.DataPlane.Http2;

/// <summary>What a server answers to peers who break the rules, are greedy, or slow: nginx's way (wire.md 7.2).</summary>
public sealed class ViolationTests
{
    private static readonly byte[] s_head = Http2Pair.Head;

    public static TheoryData<string, byte[], uint> Fatal => new()
    {
        { "DATA on stream 0", Data(0, 3), 1 },
        { "HEADERS on stream 0", Headers(0, s_head), 1 },
        { "HEADERS on an even stream", Headers(2, s_head), 1 },
        { "HEADERS on a stream twice", [.. Headers(1, s_head), .. Headers(1, s_head)], 1 },
        { "HEADERS going back", [.. Headers(3, s_head), .. Headers(1, s_head)], 1 },
        { "CONTINUATION alone", Make(FrameType.Continuation, 4, 1, 0x82), 1 },
        { "CONTINUATION of another stream", [.. Make(FrameType.Headers, 0, 1, 0x82), .. Make(FrameType.Continuation, 4, 3, 0x84)], 1 },
        { "PING inside a block", [.. Make(FrameType.Headers, 0, 1, 0x82), .. Ping(1)], 1 },
        { "PUSH_PROMISE", Make(FrameType.PushPromise, 4, 1, 0, 0, 0, 2, 0x82), 1 },
        { "SETTINGS on a stream", Make(FrameType.Settings, 0, 1), 1 },
        { "SETTINGS of 5 bytes", Make(FrameType.Settings, 0, 0, new byte[5]), 6 },
        { "SETTINGS ACK with payload", Make(FrameType.Settings, 1, 0, new byte[6]), 6 },
        { "SETTINGS ENABLE_PUSH 2", Settings((2, 2)), 1 },
        { "SETTINGS window 2^31", Settings((4, 0x8000_0000)), 3 },
        { "SETTINGS frame size 16383", Settings((5, 16_383)), 1 },
        { "SETTINGS frame size 2^24", Settings((5, 1 << 24)), 1 },
        { "PING of 7 bytes", Make(FrameType.Ping, 0, 0, new byte[7]), 6 },
        { "PING on a stream", Make(FrameType.Ping, 0, 1, new byte[8]), 1 },
        { "RST_STREAM of 3 bytes", Make(FrameType.RstStream, 0, 1, new byte[3]), 6 },
        { "RST_STREAM on stream 0", Reset(0, 8), 1 },
        { "PRIORITY of 4 bytes", Make(FrameType.Priority, 0, 1, new byte[4]), 6 },
        { "PRIORITY on stream 0", Make(FrameType.Priority, 0, 0, new byte[5]), 1 },
        { "WINDOW_UPDATE of 3 bytes", Make(FrameType.WindowUpdate, 0, 0, new byte[3]), 6 },
        { "WINDOW_UPDATE 0 on the connection", WindowUpdate(0, 0), 1 },
        { "WINDOW_UPDATE past 2^31-1", [.. WindowUpdate(0, int.MaxValue), .. WindowUpdate(0, 1)], 3 },
        { "GOAWAY of 7 bytes", Make(FrameType.GoAway, 0, 0, new byte[7]), 6 },
        { "padded DATA without a pad length", [.. Headers(1, s_head), .. Make(FrameType.Data, 8, 1)], 6 },
        { "padding longer than DATA", [.. Headers(1, s_head), .. Make(FrameType.Data, 8, 1, 3, 0, 0)], 6 },
        { "padding longer than HEADERS", Make(FrameType.Headers, 12, 1, 3, 0x82), 6 },
        { "priority HEADERS of 4 bytes", Make(FrameType.Headers, 0x24, 1, new byte[4]), 6 },
        { "broken HPACK", Headers(1, [0x80]), 9 },
        { "a header value of 9 KB", Headers(1, new HpackWriter().Literal("a"u8, new byte[9000], HpackForm.WithoutIndexing, false).ToArray()), 11 },
        { "a header block of 70 KB", Make(FrameType.Headers, 4, 1, new byte[70_000]), 11 },
    };

    [Theory]
    [MemberData(nameof(Fatal))]
    public async Task Frame_BreakingTheConnection_GetsGoAway(string name, byte[] frames, uint code)
    {
        Assert.NotEmpty(name);
        using var raw = new RawPeer();
        await raw.SendAsync(Hello(), frames);
        Assert.Equal((Http2ErrorCode)code, await raw.ReadToGoAwayAsync());
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\rX")]
    public async Task Preface_Wrong_GetsSettingsWindowUpdateAndGoAwayAtOnce(string text)
    {
        using var raw = new RawPeer();
        await raw.SendAsync(System.Text.Encoding.ASCII.GetBytes(text));
        Assert.Equal(Http2ErrorCode.ProtocolError, await raw.ReadToGoAwayAsync());
        Assert.Equal(
            [
                new(FrameType.Settings, 0, 0, "000300000400" + "000400010000" + "000500FFFFFF"),
                new(FrameType.WindowUpdate, 0, 0, "7FFF0000"),
                new(FrameType.GoAway, 0, 0, "0000000000000001"),
            ],
            raw.Frames);
    }

    [Fact]
    public async Task Frames_ToBeIgnored_AreIgnored()
    {
        using var raw = new RawPeer();
        await raw.SendAsync(
            Hello(), Make((FrameType)0x42, 0xFF, 77, new byte[1000]), Reset(9, 1), WindowUpdate(9, 5), Data(9, 10),
            Make(FrameType.Settings, 0, 0, 0xF0, 0x0F, 0, 0, 0, 1), Make(FrameType.Ping, 1, 0, new byte[8]), Ping(7));
        var pong = await raw.ReadUntilAsync(f => f.Type == FrameType.Ping);
        Assert.Equal(FrameFlags.Ack, pong.Flags);
        Assert.Equal("0700000000000000", pong.Payload);
    }

    [Theory]
    [InlineData("a stream depending on itself", 1, "0000000100")]
    [InlineData("an upper-case name", 1, null)]
    public async Task Headers_OfAMalformedRequest_ResetThatStreamOnly(string name, uint code, string? priority)
    {
        Assert.NotEmpty(name);
        using var raw = new RawPeer();
        await raw.SendAsync(Hello());
        await raw.SendAsync(priority is not null
            ? Make(FrameType.Headers, 0x24, 1, [.. Convert.FromHexString(priority), .. s_head])
            : Headers(1, [.. s_head, .. new HpackWriter().Literal("Te"u8, "x"u8, HpackForm.WithoutIndexing).Written]));
        await raw.SendAsync(Headers(3, s_head));

        var reset = await raw.ReadUntilAsync(f => f.Type == FrameType.RstStream);

        Assert.Equal((1, code), (reset.StreamId, reset.Word(0)));
        await raw.RequestAsync(0);
        Assert.Equal(3, Assert.Single(raw.Handler.Requests).Stream.Id);
    }

    [Fact]
    public async Task Data_BeyondTheWindow_ResetsTheStream()
    {
        using var raw = new RawPeer(create: () => new() { AutoCredit = false });
        await raw.SendAsync(Hello(), Headers(1, s_head), Data(1, 65_536), Data(1, 1));
        var reset = await raw.ReadUntilAsync(f => f.Type == FrameType.RstStream);
        Assert.Equal((uint)Http2ErrorCode.FlowControlError, reset.Word(0));
        Assert.Equal(Http2ErrorCode.FlowControlError, await Http2Pair.Within(raw.Handler.Requests[0].WasReset));
        Assert.Equal(65_536, raw.Handler.Requests[0].Received);
    }

    [Fact]
    public async Task Data_AfterEndStream_ResetsWithStreamClosed()
    {
        using var raw = new RawPeer();
        await raw.SendAsync(Hello(), Headers(1, s_head, end: true), Data(1, 1));
        var reset = await raw.ReadUntilAsync(f => f.Type == FrameType.RstStream);
        Assert.Equal((uint)Http2ErrorCode.StreamClosed, reset.Word(0));
    }

    [Fact]
    public async Task Data_Padded_ReturnsThePaddingToTheWindow()
    {
        using var raw = new RawPeer(create: () => new() { AutoCredit = false });
        await raw.SendAsync(Hello(), Headers(1, s_head));
        var frame = Make(FrameType.Data, 8, 1, [255, .. new byte[256]]); // one byte of data
        for (var i = 0; i < 400; i++)
        {
            await raw.SendAsync(frame);
        }

        await (await raw.RequestAsync(0)).WaitForAsync(400, TestContext.Current.CancellationToken);
        await raw.SendAsync(Ping(1));
        await raw.ReadUntilAsync(f => f.Type == FrameType.Ping);
        Assert.DoesNotContain(raw.Frames, f => f.Type == FrameType.RstStream);
        Assert.InRange(raw.Frames.Where(f => f is { Type: FrameType.WindowUpdate, StreamId: 1 }).Sum(f => f.Word(0)), 256 * 300, 256 * 400);
    }

    [Fact]
    public async Task Headers_AboveTheStreamLimit_AreRefusedButDecoded()
    {
        using var raw = new RawPeer();
        await raw.SendAsync(Hello());
        for (var i = 0; i < 1024; i++)
        {
            await raw.SendAsync(Headers(1 + (2 * i), s_head));
        }

        // The refused block adds to the table, the next one refers to it.
        await raw.SendAsync(Headers(2049, [.. s_head, .. Convert.FromHexString("4001610162")]), Reset(1, 8), Headers(2051, [.. s_head, 0xBE]));
        var refused = await raw.ReadUntilAsync(f => f.Type == FrameType.RstStream);
        Assert.Equal((2049, (uint)Http2ErrorCode.RefusedStream), (refused.StreamId, refused.Word(0)));
        Assert.EndsWith("a: b", (await raw.RequestAsync(1024)).Heads[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task RapidReset_EndsTheConnection()
    {
        using var raw = new RawPeer(Http2Options.NginxServer with { MaxResetsPerSecond = 50 });
        await raw.SendAsync(Hello());
        for (var i = 0; i < 51; i++)
        {
            await raw.SendAsync(Headers(1 + (2 * i), s_head), Reset(1 + (2 * i), 8));
        }

        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, await raw.ReadToGoAwayAsync());
        Assert.Equal(51, raw.Handler.Requests.Count);
    }

    [Fact]
    public async Task RapidReset_ManyAtOnce_EndsTheConnectionAtTwiceTheStreamLimit()
    {
        using var raw = new RawPeer(Http2Options.NginxServer with { Settings = [new(SettingId.MaxConcurrentStreams, 128)] });
        byte[] burst = [.. Enumerable.Range(0, 300).SelectMany(i => (byte[])[.. Headers(1 + (2 * i), s_head), .. Reset(1 + (2 * i), 8)])];
        await raw.SendAsync([.. Hello(), .. burst]);
        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, await raw.ReadToGoAwayAsync());
        Assert.Equal(256, raw.Handler.Requests.Count);
    }

    [Theory]
    [InlineData((int)FrameType.Ping)]
    [InlineData((int)FrameType.Settings)]
    [InlineData((int)FrameType.Data)]
    [InlineData((int)FrameType.WindowUpdate)]
    [InlineData((int)FrameType.Priority)]
    public async Task Flood_OfFramesThatCarryNothing_EndsTheConnection(int type)
    {
        using var raw = new RawPeer(Http2Options.NginxServer with { FloodAllowance = 1000 });
        var frame = (FrameType)type switch
        {
            FrameType.Ping => Ping(1),
            FrameType.Settings => Settings(),
            FrameType.Data => Data(1, 0),
            FrameType.WindowUpdate => WindowUpdate(1, 1),
            _ => Make(FrameType.Priority, 0, 1, new byte[5]),
        };
        byte[] flood = [.. Enumerable.Repeat(frame, 1500).SelectMany(f => f)];
        await raw.SendAsync(Hello(), Headers(1, s_head), flood);
        Assert.Equal(Http2ErrorCode.NoError, await raw.ReadToGoAwayAsync());
    }

    [Fact]
    public async Task Ping_BesideData_IsNeverAFlood()
    {
        using var raw = new RawPeer(Http2Options.NginxServer with { FloodAllowance = 1000 });
        await raw.SendAsync(Hello(), Headers(1, s_head));
        for (var i = 0; i < 2000; i++)
        {
            await raw.SendAsync(Data(1, 100), Ping(1));
        }

        await raw.ReadUntilAsync(_ => raw.Frames.Count(f => f.Type == FrameType.Ping) == 2000);
    }

    [Fact]
    public async Task Continuation_Flood_EndsTheConnection()
    {
        using var raw = new RawPeer();
        await raw.SendAsync(Hello(), Make(FrameType.Headers, 0, 1, 0x82));
        await raw.SendAsync([.. Enumerable.Repeat(Make(FrameType.Continuation, 0, 1), 65).SelectMany(f => f)]);
        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, await raw.ReadToGoAwayAsync());
    }

    [Fact]
    public async Task Pings_WhoseAnswersAreNotRead_CutTheConnection()
    {
        using var raw = new RawPeer(Http2Options.NginxServer with { MaxQueuedControl = 10_000, FloodAllowance = 1L << 40 });
        await raw.SendAsync(Hello());
        byte[] pings = [.. Enumerable.Repeat(Ping(1), 1000).SelectMany(f => f)];
        for (var i = 0; i < 400 && !raw.Run.IsCompleted; i++)
        {
            await Task.WhenAny(raw.SendAsync(pings), raw.Run);
        }

        await Http2Pair.Within(raw.Run);
    }

    [Theory]
    [InlineData(0, 60, 0u)]
    [InlineData(5, 60, 1u)] // part of the preface
    [InlineData(33, 60, 0u)] // preface and SETTINGS
    public async Task Silence_BeforeTheFirstRequest_EndsAfterTheHeaderTimeout(int sent, int seconds, uint code)
    {
        using var raw = new RawPeer();
        await raw.SendAsync(Hello()[..sent]);
        if (sent > 24)
        {
            await raw.ReadUntilAsync(f => f is { Type: FrameType.Settings, Flags: FrameFlags.Ack });
        }
        else
        {
            await raw.ReadUntilAsync(f => f.Type == FrameType.WindowUpdate);
            await StreamTests.Eventually(() => sent == 0 || raw.Connection.HasPartialPreface);
        }

        raw.Time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.False(raw.Connection.IsFinishing);
        raw.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((Http2ErrorCode)code, await raw.ReadToGoAwayAsync());
    }

    [Fact]
    public async Task Silence_AfterARequest_EndsAfterTheIdleTimeoutWithItsNumber()
    {
        using var raw = new RawPeer();
        await raw.SendAsync(Hello(), Headers(1, s_head, end: true));
        var handler = await raw.RequestAsync(0);
        raw.Time.Advance(TimeSpan.FromSeconds(500));
        Assert.False(raw.Connection.IsFinishing);
        handler.Stream.SendHeaders(Http2Pair.Ok, endStream: true);
        raw.Time.Advance(TimeSpan.FromSeconds(74));
        Assert.False(raw.Connection.IsFinishing);
        raw.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(Http2ErrorCode.NoError, await raw.ReadToGoAwayAsync());
        Assert.Equal(1u, raw.Frames[^1].Word(0));
    }

    [Fact]
    public async Task Silence_BegunBetweenTwoSweeps_IsNeverCutShort()
    {
        using var raw = new RawPeer();
        raw.Time.Advance(TimeSpan.FromSeconds(0.9));
        await raw.SendAsync(Hello(), Headers(1, s_head, end: true));
        (await raw.RequestAsync(0)).Stream.SendHeaders(Http2Pair.Ok, endStream: true);
        raw.Time.Advance(TimeSpan.FromSeconds(74.9));
        Assert.False(raw.Connection.IsFinishing);
        raw.Time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(Http2ErrorCode.NoError, await raw.ReadToGoAwayAsync());
    }

    [Fact]
    public async Task HeaderBlock_NeverCompleted_ResetsThenEnds()
    {
        using var raw = new RawPeer();
        await raw.SendAsync(Hello(), Make(FrameType.Headers, 0, 1, 0x82));
        await StreamTests.Eventually(() => raw.Connection.Parser.OpenBlock == 1);
        raw.Time.Advance(TimeSpan.FromSeconds(1));
        raw.Time.Advance(TimeSpan.FromSeconds(60));
        var reset = await raw.ReadUntilAsync(f => f.Type == FrameType.RstStream);
        Assert.Equal((1, (uint)Http2ErrorCode.ProtocolError), (reset.StreamId, reset.Word(0)));
        raw.Time.Advance(TimeSpan.FromSeconds(76));
        Assert.Equal(Http2ErrorCode.ProtocolError, await raw.ReadToGoAwayAsync());
    }

    [Fact]
    public async Task TableSizeSetting_MakesTheNextBlockOpenWithASizeUpdate()
    {
        using var raw = new RawPeer();
        await raw.SendAsync(Preface.Bytes.ToArray(), Settings((1, 100)), Headers(1, s_head), Headers(3, s_head));
        (await raw.RequestAsync(0)).Stream.SendHeaders(Http2Pair.Ok);
        (await raw.RequestAsync(1)).Stream.SendHeaders(Http2Pair.Ok);
        Assert.StartsWith("2088", (await raw.ReadUntilAsync(f => f.Type == FrameType.Headers)).Payload, StringComparison.Ordinal);
        Assert.StartsWith("885F", (await raw.ReadUntilAsync(f => f.Type == FrameType.Headers)).Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeadersSent_AboveTheFrameSize_AreContinued()
    {
        using var raw = new RawPeer();
        await raw.SendAsync(Hello(), Headers(1, s_head));
        var block = new HpackWriter().Indexed(8).Literal("a"u8, new byte[40_000], HpackForm.WithoutIndexing, huffman: false).ToArray();
        (await raw.RequestAsync(0)).Stream.SendHeaders(block, endStream: true);
        var first = await raw.ReadUntilAsync(f => f.Type == FrameType.Headers);
        Assert.Equal(FrameFlags.EndStream, first.Flags);
        Assert.Equal(FrameFlags.None, (await raw.ReadAsync())!.Value.Flags);
        Assert.Equal(FrameFlags.EndHeaders, (await raw.ReadAsync())!.Value.Flags);
    }
}
