using System.Security.Cryptography;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Tunnel.Entry;
using Cellway.Tests.DataPlane.Http2;
using static Cellway.Tests.DataPlane.Http2.Http2Pair;

namespace Cellway.Tests.DataPlane.Tunnel;

/// <summary>The Entry's part without sockets.</summary>
public sealed class EntryOpeningTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refused_TheNextCore_GetsTheSameBytesWithItsOwnRouteId_AndNoneTheCredential()
    {
        FakeCore[] cores = [new(FakeCore.Refuse), new(FakeCore.Take)];
        await using var chain = new EntryChain(2, i => cores[i]);
        var client = new RecordingHandler();
        var stream = chain.Open(client);
        foreach (var single in EntryChain.Flight(chain.Id))
        {
            stream.SendData([single]);
        }

        await StreamTests.Eventually(() => chain.Sessions.Active == 1);
        stream.SendData("more"u8);
        for (var i = 0; i < 2; i++)
        {
            byte[] expected = [.. EntryChain.Flight(EntryChain.RouteIdOf(i).ToArray()), .. i == 1 ? "more"u8 : default];
            await cores[i].Streams[0].WaitForAsync(Math.Min(expected.Length, 20), Token);
            await StreamTests.Eventually(() => i == 0 || cores[i].Streams[0].Received == expected.Length);
            var got = cores[i].Streams[0].Kept.ToArray();
            Assert.Equal(expected[..got.Length], got);
            Assert.True(got.AsSpan().IndexOf(chain.Id) < 0);
        }

        Assert.Empty(client.Heads); // the head waits for the first message
        cores[1].Streams[0].Stream.SendData(EntryChain.Message(9));
        await client.WaitForAsync(8, Token);
        Assert.Equal(":status: 200\ncontent-type: application/grpc", client.Heads[0]);
    }

    [Fact]
    public async Task Refused_CoreHearsOfTheDeviceAMomentLater_TheSessionGoesOn()
    {
        var heard = 0;
        var core = new FakeCore(stream => (heard++ < 2 ? (Action<RecordingHandler>)FakeCore.Refuse : FakeCore.Take)(stream));
        await using var chain = new EntryChain(1, _ => core);
        var client = new RecordingHandler();
        chain.Open(client).SendData(EntryChain.Flight(chain.Id));

        await UntilAsync(chain, true, () => chain.Sessions.Active == 1);

        Assert.Equal(3, heard);
        Assert.Empty(client.Heads); // the client knows nothing of it
        await core.Streams[2].WaitForAsync(20, Token);
        Assert.Equal(EntryChain.Flight(EntryChain.RouteIdOf(0).ToArray()), core.Streams[2].Kept.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NobodyTakesIt_TheAnswerIsTheSites(bool known)
    {
        await using var chain = new EntryChain(1, i => new FakeCore(FakeCore.Refuse));
        var client = new RecordingHandler();
        chain.Open(client).SendData(EntryChain.Flight(known ? chain.Id : RandomNumberGenerator.GetBytes(16)));

        await UntilAsync(chain, known, () => client.Ended.IsCompleted);

        Assert.StartsWith(":status: 404\n", client.Heads[0]);
        Assert.Equal("not here"u8, client.Kept.ToArray());
        Assert.Equal((0L, 0), (chain.Sessions.Total, chain.Opening));
        Assert.Equal(known ? 1 : 0, chain.Dials);
    }

    [Fact]
    public async Task SecondAddressOfADeviceThatMayHaveOne_MeetsTheSiteUntilTheFirstIsGone()
    {
        await using var chain = new EntryChain(1, _ => new FakeCore(FakeCore.Take)) { MaxAddresses = 1 };
        var first = chain.Open(new());
        first.SendData(EntryChain.Flight(chain.Id));
        await StreamTests.Eventually(() => chain.Sessions.Active == 1);
        chain.Open(new()).SendData(EntryChain.Flight(chain.Id)); // the same address
        await StreamTests.Eventually(() => chain.Sessions.Active == 2);

        chain.From = System.Net.IPAddress.Parse("192.0.2.9");
        var second = new RecordingHandler();
        chain.Open(second).SendData(EntryChain.Flight(chain.Id));
        await Within(second.Ended);

        Assert.StartsWith(":status: 404\n", second.Heads[0]);
        Assert.Equal(2, chain.Sessions.Active);
        chain.Client.Abort();
        await StreamTests.Eventually(() => chain.Sessions.Active == 0);
        Assert.Equal(0, chain.CountedDevices);
    }

    [Fact]
    public async Task CoreNeedsAHandshakeThatMayNotBeginYet_TheNextCoreTakesItAtOnce()
    {
        FakeCore[] cores = [new(FakeCore.Take), new(FakeCore.Take)];
        await using var chain = new EntryChain(2, i => cores[i]);
        await chain.SpendHandshakesAsync(0);

        chain.Open(new()).SendData(EntryChain.Flight(chain.Id));

        await StreamTests.Eventually(() => chain.Sessions.Active == 1); // while the clock stands
        Assert.Single(cores[1].Streams);
    }

    [Fact]
    public async Task OnlyCoreNeedsAHandshakeThatMayNotBeginYet_TheTunnelWaitsForIt()
    {
        var core = new FakeCore(FakeCore.Take);
        await using var chain = new EntryChain(1, _ => core);
        await chain.SpendHandshakesAsync(0);
        chain.Time.Advance(HandshakePacer.Window - TimeSpan.FromSeconds(2));

        chain.Open(new()).SendData(EntryChain.Flight(chain.Id));
        await UntilAsync(chain, true, () => chain.Sessions.Active == 1);

        Assert.Single(core.Streams);
    }

    [Fact]
    public async Task ConnectionLostBeforeTheAnswer_AnotherOneCarriesIt()
    {
        var connections = new List<FakeCore>();
        await using var chain = new EntryChain(1, _ =>
        {
            connections.Add(new(connections.Count == 0 ? FakeCore.Die : FakeCore.Take));
            return connections[^1];
        });
        chain.Open(new()).SendData(EntryChain.Flight(chain.Id));
        await StreamTests.Eventually(() => chain.PoolOf(0).Connections == 0 && chain.Dials == 1);
        for (var i = 0; i < 100 && chain.Sessions.Active == 0; i++)
        {
            chain.Time.Advance(TimeSpan.FromMilliseconds(50)); // the pacer's spacing
            await Task.Delay(5, Token);
        }

        Assert.Equal(2, chain.Dials);
        Assert.Equal(EntryChain.Flight(EntryChain.RouteIdOf(0).ToArray()), connections[1].Streams[0].Kept.ToArray());
    }

    [Fact]
    public async Task CoreFailsMidway_TheClientSeesAReset_NeverAnEnd()
    {
        var core = new FakeCore(FakeCore.Take);
        await using var chain = new EntryChain(1, _ => core);
        var client = new RecordingHandler();
        chain.Open(client).SendData(EntryChain.Flight(chain.Id));
        await StreamTests.Eventually(() => chain.Sessions.Active == 1);
        core.Streams[0].Stream.SendData(EntryChain.Message(1));
        await client.WaitForAsync(8, Token);

        core.Streams[0].Stream.Connection.Abort();

        Assert.Equal(Http2ErrorCode.Cancel, await Within(client.WasReset));
        Assert.False(client.Ended.IsCompleted);
        await StreamTests.Eventually(() => chain.Sessions.Active == 0);
    }

    [Fact]
    public async Task CoreEnds_TrailersAndThenNoErrorReset()
    {
        var core = new FakeCore(FakeCore.Take);
        await using var chain = new EntryChain(1, _ => core);
        var client = new RecordingHandler();
        chain.Open(client).SendData(EntryChain.Flight(chain.Id));
        await StreamTests.Eventually(() => chain.Sessions.Active == 1);

        core.Streams[0].Stream.SendData(EntryChain.Message(1));
        core.Streams[0].Stream.SendTrailers(Trailers);

        await Within(client.Ended);
        Assert.Equal("grpc-status: 0", client.Heads[^1]);
        Assert.Equal(Http2ErrorCode.NoError, await Within(client.WasReset));
        await StreamTests.Eventually(() => chain.Sessions.Active == 0);
    }

    [Fact]
    public async Task ClientResets_TheCoreSideIsCancelled()
    {
        var core = new FakeCore(FakeCore.Take);
        await using var chain = new EntryChain(1, _ => core);
        var stream = chain.Open(new());
        stream.SendData(EntryChain.Flight(chain.Id));
        await StreamTests.Eventually(() => chain.Sessions.Active == 1);

        stream.Reset(Http2ErrorCode.Cancel);

        Assert.Equal(Http2ErrorCode.Cancel, await Within(core.Streams[0].WasReset));
        await StreamTests.Eventually(() => chain.Sessions.Active == 0);
    }

    [Fact]
    public async Task IdDoesNotCome_AfterAMinuteTheSiteAnswers()
    {
        await using var chain = new EntryChain(1, _ => new FakeCore(FakeCore.Take));
        var client = new RecordingHandler();
        chain.Open(client).SendData(EntryChain.Flight(chain.Id).AsSpan(0, 20));
        await StreamTests.Eventually(() => chain.Opening == 1);
        chain.Time.Advance(TimeSpan.FromSeconds(58));
        Assert.Empty(client.Heads);

        chain.Time.Advance(TimeSpan.FromSeconds(4));

        await Within(client.Ended);
        Assert.StartsWith(":status: 404\n", client.Heads[0]);
    }

    /// <summary>Before the Core's answer no credit is given: what must be kept for the next route stays within a stranger's window.</summary>
    [Fact]
    public async Task CoreDoesNotAnswer_TheClientIsStoppedByItsWindow()
    {
        var core = new FakeCore(_ => { });
        await using var chain = new EntryChain(1, _ => core);
        var stream = chain.Open(new());
        await Within(((RecordingConnection)chain.Client.Handler).Ready);
        stream.SendData(EntryChain.Flight(chain.Id));
        stream.SendData(new byte[300_000]);
        await StreamTests.Eventually(() => core.Streams.Count == 1 && core.Streams[0].Received >= 65_535);
        await Task.Delay(50, Token);
        Assert.InRange(core.Streams[0].Received, 65_535, 65_536);

        FakeCore.Take(core.Streams[0]);

        await StreamTests.Eventually(() => core.Streams[0].Received > 65_536);
    }

    private static async Task UntilAsync(EntryChain chain, bool timePasses, Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(5, limit.Token);
            chain.Time.Advance(timePasses ? TimeSpan.FromMilliseconds(100) : TimeSpan.Zero);
        }
    }
}
