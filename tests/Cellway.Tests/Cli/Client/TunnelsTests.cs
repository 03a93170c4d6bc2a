using System.Net;
using System.Net.Sockets;
using System.Text;
using Cellway.Cli.Client;
using Cellway.Cli.Client.Links;
using Cellway.Cli.Client.Tunneling;
using Cellway.DataPlane.Tunnel.Client;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Cli.Client;

public sealed class TunnelsTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordedStatus _status = new();
    private readonly ManualSource _source = new();
    private readonly Dictionary<string, ManualOpener> _openers = [];
    private readonly Tunnels _tunnels;

    public TunnelsTests() => _tunnels = new([Link("a"), Link("b")], Make, _source, _status, _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static IOException Refusing => new("x", new SocketException((int)SocketError.ConnectionRefused));

    public ValueTask DisposeAsync() => _tunnels.DisposeAsync();

    [Fact]
    public async Task OpenAsync_AllWell_UsesTheFirstLinkOnly()
    {
        Assert.Equal("a:hi", await AskAsync());
        Assert.Equal("a:hi", await AskAsync());
        Assert.Equal(0, _openers["b"].Opened);
        Assert.Equal([ConnectState.Connected], _status.States);
    }

    [Fact]
    public async Task OpenAsync_FirstCannotBeReached_TakesTheNextAndRemembersIt()
    {
        _openers["a"].OpenFault = Refusing;

        Assert.Equal("b:hi", await AskAsync());
        _openers["a"].OpenFault = null;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("b:hi", await AskAsync());
        Assert.Equal(1, _openers["a"].Opened);
        Assert.Equal(["a refuses the connection.", "Connected through b."], _status.Messages);
    }

    [Fact]
    public async Task OpenAsync_DeadLink_IsTriedAgainAfterItsRest()
    {
        _openers["a"].OpenFault = _openers["b"].OpenFault = Refusing;
        Assert.Null(await AskAsync());
        Assert.Null(await AskAsync()); // at once: both rest
        Assert.Equal(1, _openers["a"].Opened);

        _openers["a"].OpenFault = null;
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("a:hi", await AskAsync());
    }

    [Fact]
    public async Task ReadAsync_EntryRefuses_RepeatsWhatWasWrittenOnTheNextLink()
    {
        _openers["a"].ReadFault = new TunnelRefusedException(404);

        Assert.Equal("b:hi$", await AskAsync(end: true));
        Assert.Equal(["a does not accept this device now (HTTP status 404).", "Connected through b."], _status.Messages);
    }

    [Fact]
    public async Task ReadAsync_ConnectionBreaks_IsNotRepeated()
    {
        _openers["a"].ReadFault = new IOException("reset"); // the destination may have seen it

        await Assert.ThrowsAsync<IOException>(() => AskAsync());
        Assert.Equal(0, _openers["b"].Opened);
    }

    [Fact]
    public async Task ReadAsync_RefusedAfterMoreThanIsKept_Fails()
    {
        _openers["a"].ReadFault = new TunnelRefusedException(404);
        await using var tunnel = await _tunnels.OpenAsync(new DnsEndPoint("h", 80), Token);
        await tunnel!.WriteAsync(new byte[MovableTunnel.MaxKept], Token);
        await tunnel.WriteAsync(new byte[1], Token);

        await Assert.ThrowsAsync<TunnelRefusedException>(async () => await tunnel.ReadAsync(new byte[10], Token));
    }

    [Fact]
    public async Task ReadAsync_RefusedEverywhere_SaysSo()
    {
        _openers["a"].ReadFault = _openers["b"].ReadFault = new TunnelRefusedException(404);

        await Assert.ThrowsAsync<TunnelRefusedException>(() => AskAsync());
        Assert.Contains(ConnectState.Unreachable, _status.States);
        Assert.Equal("No way into the network works: b does not accept this device now (HTTP status 404).", _tunnels.Problem);
    }

    [Fact]
    public async Task OpenAsync_EveryLinkFails_ReadsTheSubscriptionAgain()
    {
        _openers["a"].OpenFault = _openers["b"].OpenFault = Refusing;
        _source.Links = [Link("c"), Link("b")];

        Assert.Equal("c:hi", await AskAsync());
        Assert.Equal(1, _source.Fetches);
        Assert.True(_openers["a"].IsDisposed);
        Assert.False(_openers["b"].IsDisposed);
        Assert.Contains(ConnectState.Refreshed, _status.States);
    }

    [Fact]
    public async Task OpenAsync_ManyAtOnce_ReadTheSubscriptionOnce()
    {
        _openers["a"].OpenFault = _openers["b"].OpenFault = Refusing;
        _source.Links = [Link("c")];
        var gate = new TaskCompletionSource();
        _source.Gate = gate.Task;

        var asking = Enumerable.Range(0, 20).Select(_ => AskAsync()).ToArray();
        gate.SetResult();

        Assert.All(await Task.WhenAll(asking), a => Assert.Equal("c:hi", a));
        Assert.Equal(1, _source.Fetches);
    }

    [Fact]
    public async Task OpenAsync_SubscriptionFailsToo_WaitsLongerEachTime()
    {
        _openers["a"].OpenFault = _openers["b"].OpenFault = Refusing;
        for (var second = 0; second < 60; second++)
        {
            Assert.Null(await AskAsync());
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(4, _source.Fetches); // at 0, 5, 15 and 35 s
        Assert.Single(_status.States, ConnectState.Unreachable);
    }

    [Fact]
    public async Task RetiredLink_KeepsItsOpenConnections()
    {
        var tunnel = await _tunnels.OpenAsync(new DnsEndPoint("h", 80), Token);
        _openers["a"].OpenFault = _openers["b"].OpenFault = Refusing;
        _source.Links = [Link("c")];
        Assert.Equal("c:hi", await AskAsync());

        Assert.False(_openers["a"].IsDisposed);
        await tunnel!.DisposeAsync();
        Assert.True(_openers["a"].IsDisposed);
        Assert.True(_openers["b"].IsDisposed);
    }

    [Fact]
    public async Task TwelveHours_TheSubscriptionIsReadAgain()
    {
        _source.Links = [Link("c")];
        _time.Advance(SubscriptionRefresh.Interval);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(TimeSpan.FromSeconds(30));
        while (!_status.States.Contains(ConnectState.Refreshed))
        {
            bound.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal("c:hi", await AskAsync());
    }

    private static ShareLink Link(string name) => ShareLinkTests.Parsed($"vless://id@{name}.example:443?security=tls&type=grpc&serviceName=s#{name}");

    private ManualOpener Make(ShareLink link) => _openers[link.Name] = new(link.Name);

    private async Task<string?> AskAsync(bool end = false)
    {
        var tunnel = await _tunnels.OpenAsync(new DnsEndPoint("h", 80), Token);
        if (tunnel is null)
        {
            return null;
        }

        await using (tunnel)
        {
            await tunnel.WriteAsync("hi"u8.ToArray(), Token);
            if (end)
            {
                await tunnel.CompleteWritesAsync(Token);
            }

            var buffer = new byte[100];
            return Encoding.ASCII.GetString(buffer, 0, await tunnel.ReadAsync(buffer, Token));
        }
    }
}
