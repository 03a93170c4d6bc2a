using Cellway.Manager.PhoneHome;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Cellway.State.Memory;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Manager;

public sealed class SessionLeaseTests
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new(Samples.Now);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Renew_AfterTheLeaseRanOut_TheNodeIsBack()
    {
        await using var store = new MemoryStateStore(_time);
        var lease = new SessionLease(store, Samples.Keys, TimeToLive);
        await lease.BeginAsync(Samples.Session("core-1", ready: false), Token);
        await RunOutAsync(store);

        await lease.RenewAsync(Token);

        Assert.NotNull(await store.GetAsync(Samples.Keys.Session("core-1"), Token));
    }

    [Fact]
    public async Task Renew_LateHeartbeatOfAReplacedStream_LeavesTheNewStreamsSession()
    {
        await using var store = new MemoryStateStore(_time);
        var old = new SessionLease(store, Samples.Keys, TimeToLive);
        await old.BeginAsync(Samples.Session("core-1", ready: false), Token);
        await RunOutAsync(store);
        var replacing = new SessionLease(store, Samples.Keys, TimeToLive);
        await replacing.BeginAsync(Samples.Session("core-1", ready: false) with { Port = 9999 }, Token);

        await old.RenewAsync(Token);
        await old.EndAsync(Token);

        var session = StateJson.Read<NodeSessionRecord>((await store.GetAsync(Samples.Keys.Session("core-1"), Token))!);
        Assert.Equal(9999, session.Port);
    }

    [Fact]
    public async Task Begin_SamePlaceAgain_KeepsItsReadiness_AnotherPlaceDoesNot()
    {
        await using var store = new MemoryStateStore(_time);
        await new SessionLease(store, Samples.Keys, TimeToLive).BeginAsync(Samples.Session("core-1"), Token);

        await new SessionLease(store, Samples.Keys, TimeToLive).BeginAsync(Samples.Session("core-1", ready: false), Token);
        Assert.True((await ReadAsync(store)).Ready);

        await new SessionLease(store, Samples.Keys, TimeToLive).BeginAsync(Samples.Session("core-1", ready: false) with { Port = 9999 }, Token);
        Assert.False((await ReadAsync(store)).Ready);
    }

    private static async Task<NodeSessionRecord> ReadAsync(MemoryStateStore store) =>
        StateJson.Read<NodeSessionRecord>((await store.GetAsync(Samples.Keys.Session("core-1"), Token))!);

    private async Task RunOutAsync(MemoryStateStore store)
    {
        _time.Advance(TimeToLive + TimeSpan.FromSeconds(2));
        while (await store.GetAsync(Samples.Keys.Session("core-1"), Token) is not null)
        {
            await Task.Yield(); // the sweep runs on the fake clock's timer
        }
    }
}
