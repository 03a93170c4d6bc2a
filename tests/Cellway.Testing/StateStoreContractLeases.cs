using Cellway.Model.State;
using Xunit;

namespace Cellway.Testing;

/// <summary>Leases. Real stores wait for real seconds here, so there are few.</summary>
public abstract class StateStoreContractLeases : StateStoreContractWatches
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Lease_TimePasses_DeletesItsKeysInOneRevisionThatWatchersSee()
    {
        var lease = await Store.GrantLeaseAsync(Short, Limit);
        await PutAsync("s/b", "x", lease);
        await PutAsync("s/a", "x", lease);
        var last = await PutAsync("s/stays", "x");
        Assert.Equal(lease, (await Store.GetAsync("s/a", Limit))!.LeaseId);
        var watched = WatchedAsync("s/", last + 1, 1);

        await AdvanceAsync(Short + TimeSpan.FromSeconds(1));

        var batch = Assert.Single(await watched);
        Assert.Equal([new("s/a", null), new("s/b", null)], batch.Changes);
        Assert.Equal(["s/stays"], Keys(await Store.ListAsync("", Limit)));
        Assert.False(await Store.RenewLeaseAsync(lease, Limit));
    }

    [Fact]
    public async Task Lease_Renewed_LivesOnForItsFullTime()
    {
        var lease = await Store.GrantLeaseAsync(2 * Short, Limit);
        await PutAsync("key", "x", lease);

        for (var i = 0; i < 3; i++)
        {
            await AdvanceAsync(Short);
            Assert.True(await Store.RenewLeaseAsync(lease, Limit));
        }

        Assert.NotNull(await Store.GetAsync("key", Limit));
        await AdvanceAsync(3 * Short);
        await EventuallyAsync(async () => await Store.GetAsync("key", Limit) is null, "the lease ends");
    }

    [Fact]
    public async Task Renew_LeaseEnded_IsFalseAndItsKeysAreGone()
    {
        var lease = await Store.GrantLeaseAsync(Short, Limit);
        await PutAsync("key", "x", lease);
        await AdvanceAsync(Short);
        await EventuallyAsync(async () => await Store.GetAsync("key", Limit) is null, "the key goes with its lease"); // asking to renew would keep it alive

        Assert.False(await Store.RenewLeaseAsync(lease, Limit));
    }

    [Fact]
    public async Task Revoke_WithKeys_DeletesThemInOneRevision()
    {
        var lease = await Store.GrantLeaseAsync(Long, Limit);
        await PutAsync("a", "x", lease);
        var last = await PutAsync("b", "x", lease);

        await Store.RevokeLeaseAsync(lease, Limit);
        await Store.RevokeLeaseAsync(lease, Limit);

        var snapshot = await Store.ListAsync("", Limit);
        Assert.Empty(snapshot.Entries);
        Assert.Equal(last + 1, snapshot.Revision);
        Assert.Equal(2, Assert.Single(await WatchedAsync("", last + 1, 1)).Changes.Count);
        Assert.False(await Store.RenewLeaseAsync(lease, Limit));
    }

    [Fact]
    public async Task Revoke_WithoutKeys_KeepsTheRevision()
    {
        var before = await RevisionAsync();
        await Store.RevokeLeaseAsync(await Store.GrantLeaseAsync(Long, Limit), Limit);
        await Store.RevokeLeaseAsync(987_654_321, Limit);

        Assert.Equal(before, await RevisionAsync());
    }

    [Fact]
    public async Task Commit_UnknownLease_ThrowsAndWritesNothing()
    {
        var ended = await Store.GrantLeaseAsync(Long, Limit);
        await Store.RevokeLeaseAsync(ended, Limit);

        foreach (var lease in (long[])[ended, 987_654_321])
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(
                async () => await Store.CommitAsync(new StateTransaction().Put("a", Bytes("1")).Put("b", Bytes("1"), lease), Limit));
        }

        Assert.Empty((await Store.ListAsync("", Limit)).Entries);
    }

    [Fact]
    public async Task Commit_UnknownLeaseButAConditionFails_IsALostRace()
    {
        var result = await Store.CommitAsync(new StateTransaction().Require("a", 987).Put("a", Bytes("1"), 987_654_321), Limit);

        Assert.False(result.Succeeded);
    }

    [Fact]
    public async Task Put_AgainWithoutOrWithAnotherLease_DetachesTheFirst()
    {
        var first = await Store.GrantLeaseAsync(Long, Limit);
        var second = await Store.GrantLeaseAsync(Long, Limit);
        foreach (var key in (string[])["free", "moved", "kept"])
        {
            await PutAsync(key, "x", first);
        }

        await PutAsync("free", "x");
        await PutAsync("moved", "x", second);
        await Store.RevokeLeaseAsync(first, Limit);

        Assert.Equal(["free", "moved"], Keys(await Store.ListAsync("", Limit)));
        await Store.RevokeLeaseAsync(second, Limit);
        Assert.Equal(["free"], Keys(await Store.ListAsync("", Limit)));
    }

    [Fact]
    public async Task Delete_KeyOfALease_IsNotDeletedAgainWhenRecreatedWithoutIt()
    {
        var lease = await Store.GrantLeaseAsync(Long, Limit);
        await PutAsync("key", "x", lease);
        await DeleteAsync("key");
        await PutAsync("key", "y");

        await Store.RevokeLeaseAsync(lease, Limit);

        Assert.Equal("y", Text(await Store.GetAsync("key", Limit)));
    }

    [Fact]
    public async Task Grant_TimeToLiveOutsideTheLimits_Throws()
    {
        foreach (var bad in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromMilliseconds(999), TimeSpan.FromHours(24) + TimeSpan.FromTicks(1)])
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.GrantLeaseAsync(bad, Limit));
        }

        Assert.NotEqual(0, await Store.GrantLeaseAsync(TimeSpan.FromHours(24), Limit));
    }
}
