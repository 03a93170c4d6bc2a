using Cellway.Model.State;
using Xunit;

namespace Cellway.Testing;

/// <summary>Reading, listing and transactions.</summary>
public abstract class StateStoreContractKeys : StateStoreContractHarness
{
    [Fact]
    public async Task Get_KeyNeverWritten_IsNull() => Assert.Null(await Store.GetAsync("nothing", Limit));

    [Fact]
    public async Task Get_AfterPuts_HasValueAndBothRevisions()
    {
        var created = await PutAsync("key", "one");
        var modified = await PutAsync("key", "two");

        var entry = await Store.GetAsync("key", Limit);

        Assert.Equal(created + 1, modified);
        Assert.Equal(("two", created, modified, 0L), (Text(entry), entry!.CreateRevision, entry.ModRevision, entry.LeaseId));
    }

    [Fact]
    public async Task Get_AfterDeleteAndRecreate_HasNewCreateRevision()
    {
        await PutAsync("key", "one");
        await DeleteAsync("key");
        Assert.Null(await Store.GetAsync("key", Limit));

        var again = await PutAsync("key", "two");

        Assert.Equal(again, (await Store.GetAsync("key", Limit))!.CreateRevision);
    }

    [Fact]
    public async Task Commit_CallerReusesItsBuffer_StoreKeepsWhatWasWritten()
    {
        var buffer = Bytes("before");
        var result = await Store.CommitAsync(new StateTransaction().Put("key", buffer), Limit);
        Bytes("after!").CopyTo(buffer, 0);

        Assert.Equal("before", Text(await Store.GetAsync("key", Limit)));
        Assert.Equal("before", Text(Assert.Single(await WatchedAsync("", result.Revision, 1)).Changes[0].Entry));
    }

    [Fact]
    public async Task Scan_ManyKeysWhileOthersWrite_IsOneMomentInPieces()
    {
        const int Keys = 3000;
        foreach (var batch in Enumerable.Range(0, Keys).Chunk(100))
        {
            var transaction = new StateTransaction();
            foreach (var i in batch)
            {
                transaction.Put($"scan/{i:d5}", Bytes($"{i}"));
            }

            await Store.CommitAsync(transaction, Limit);
        }

        var before = await RevisionAsync();
        List<StatePage> pages = [];
        await foreach (var page in Store.ScanAsync("scan/", Limit))
        {
            pages.Add(page);
            await PutAsync($"scan/{pages.Count:d5}", "changed");
            await PutAsync("scan/99999", "new");
        }

        Assert.True(pages.Count > 1);
        Assert.All(pages, p => Assert.Equal((before, (long)Keys), (p.Revision, p.Total)));
        Assert.Equal(
            Enumerable.Range(0, Keys).Select(i => ($"scan/{i:d5}", $"{i}")),
            pages.SelectMany(p => p.Entries).Select(e => (e.Key, Text(e))));
    }

    [Fact]
    public async Task Scan_NothingThere_IsOneEmptyPiece()
    {
        await PutAsync("elsewhere", "1");
        var revision = await RevisionAsync();

        var pages = new List<StatePage>();
        await foreach (var page in Store.ScanAsync("nothing/", Limit))
        {
            pages.Add(page);
        }

        var only = Assert.Single(pages);
        Assert.Equal((revision, 0L), (only.Revision, only.Total));
        Assert.Empty(only.Entries);
    }

    [Fact]
    public async Task List_Prefix_ReturnsItsKeysInOrdinalOrderAndNoOthers()
    {
        string[] keys = ["node/1", "node/10", "node/2", "node", "node/", "nodes/1", "node0", "Node/1", "node/~", "node/ x", "nod"];
        foreach (var key in keys)
        {
            await PutAsync(key, key);
        }

        Assert.Equal(["node/", "node/ x", "node/1", "node/10", "node/2", "node/~"], Keys(await Store.ListAsync("node/", Limit)));
        Assert.Equal(["node/1", "node/10"], Keys(await Store.ListAsync("node/1", Limit)));
        Assert.Equal(["node/~"], Keys(await Store.ListAsync("node/~", Limit)));
        Assert.Equal(keys.Order(StringComparer.Ordinal), Keys(await Store.ListAsync("", Limit)));
        Assert.Empty((await Store.ListAsync("other", Limit)).Entries);
    }

    [Fact]
    public async Task List_AfterWrites_RevisionIsTheStoresNotThePrefixs()
    {
        await PutAsync("a", "1");
        var last = await PutAsync("b", "1");

        Assert.Equal(last, (await Store.ListAsync("a", Limit)).Revision);
    }

    [Fact]
    public async Task Commit_KeyMustNotExist_FirstWinsSecondLoses()
    {
        var first = await Store.CommitAsync(new StateTransaction().Create("key", Bytes("first")), Limit);
        var second = await Store.CommitAsync(new StateTransaction().Create("key", Bytes("second")), Limit);

        Assert.Equal(new TransactionResult(true, first.Revision), first);
        Assert.Equal(new TransactionResult(false, first.Revision), second);
        Assert.Equal("first", Text(await Store.GetAsync("key", Limit)));
    }

    [Fact]
    public async Task Commit_ExactAndStaleRevision_ExactWins()
    {
        await PutAsync("key", "one");
        var read = (await Store.GetAsync("key", Limit))!;

        Assert.True((await Store.CommitAsync(new StateTransaction().Replace(read, Bytes("two")), Limit)).Succeeded);
        Assert.False((await Store.CommitAsync(new StateTransaction().Replace(read, Bytes("three")), Limit)).Succeeded);
        Assert.Equal("two", Text(await Store.GetAsync("key", Limit)));
    }

    [Fact]
    public async Task Commit_ConditionOnDeletedKey_DoesNotHold()
    {
        var revision = await PutAsync("key", "one");
        await DeleteAsync("key");

        Assert.False((await Store.CommitAsync(new StateTransaction().Require("key", revision), Limit)).Succeeded);
        Assert.True((await Store.CommitAsync(new StateTransaction().Require("key", 0), Limit)).Succeeded);
    }

    [Fact]
    public async Task Commit_OneOfManyConditionsFails_WritesNothing()
    {
        var a = await PutAsync("a", "old");
        await PutAsync("b", "old");
        var before = await RevisionAsync();

        var result = await Store.CommitAsync(
            new StateTransaction().Require("a", a).Require("b", a).Put("a", Bytes("new")).Put("c", Bytes("new")).Delete("b"), Limit);

        Assert.Equal(new TransactionResult(false, before), result);
        Assert.Equal(before, await RevisionAsync());
        Assert.Equal(["a", "b"], Keys(await Store.ListAsync("", Limit)));
        Assert.Equal("old", Text(await Store.GetAsync("a", Limit)));
    }

    [Fact]
    public async Task Commit_ManyKeys_ShareOneRevision()
    {
        await PutAsync("c", "old");

        var result = await Store.CommitAsync(new StateTransaction().Put("b", Bytes("1")).Put("a", Bytes("2")).Delete("c"), Limit);

        var all = await Store.ListAsync("", Limit);
        Assert.Equal(["a", "b"], Keys(all));
        Assert.All(all.Entries, e => Assert.Equal(result.Revision, e.ModRevision));
    }

    [Fact]
    public async Task Commit_WithoutWrites_TestsConditionsAndKeepsTheRevision()
    {
        var revision = await PutAsync("key", "one");

        Assert.Equal(new(true, revision), await Store.CommitAsync(new StateTransaction().Require("key", revision), Limit));
        Assert.Equal(new(false, revision), await Store.CommitAsync(new StateTransaction().Require("key", 0), Limit));
        Assert.Equal(new(true, revision), await Store.CommitAsync(new StateTransaction(), Limit));
    }

    [Fact]
    public async Task Commit_DeletesKeyThatIsNotThere_SucceedsAndKeepsTheRevision()
    {
        var revision = await PutAsync("key", "one");

        Assert.Equal(new(true, revision), await Store.CommitAsync(new StateTransaction().Delete("other"), Limit));
        Assert.Equal(revision, await RevisionAsync());
    }

    [Fact]
    public async Task Commit_KeyWrittenTwice_Throws()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(
            async () => await Store.CommitAsync(new StateTransaction().Put("a", Bytes("1")).Put("b", Bytes("1")).Delete("a"), Limit));

        Assert.Empty((await Store.ListAsync("", Limit)).Entries);
    }

    [Fact]
    public async Task Commit_TransactionAtAndPastItsLimits_TakesOrThrows()
    {
        Assert.True((await Store.CommitAsync(Creating(128), Limit)).Succeeded);
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.CommitAsync(Creating(129), Limit));

        Assert.True((await Store.CommitAsync(new StateTransaction().Put("a", new byte[1_048_576]).Put("b", new byte[393_214]), Limit)).Succeeded);
        await Assert.ThrowsAnyAsync<ArgumentException>(
            async () => await Store.CommitAsync(new StateTransaction().Put("a", new byte[1_048_576]).Put("b", new byte[393_215]), Limit));

        StateTransaction Creating(int keys)
        {
            var transaction = new StateTransaction();
            for (var i = 0; i < keys; i++)
            {
                transaction.Create($"{keys}/{i}", Bytes("x"));
            }

            return transaction;
        }
    }

    [Fact]
    public async Task Commit_KeyAtAndPastItsLimits_TakesOrThrows()
    {
        await PutAsync(new string('k', 512), "longest");
        await PutAsync(" ~", "first and last printable");
        foreach (var bad in (string[])["", new('k', 513), "tab\t", "nul\0", "del\u007f", "\u00e9"])
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await PutAsync(bad, "value"));
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.GetAsync(bad, Limit));
            await Assert.ThrowsAnyAsync<ArgumentException>(
                async () => await Store.CommitAsync(new StateTransaction().Require(bad, 0), Limit));
        }

        Assert.Equal(2, (await Store.ListAsync("", Limit)).Entries.Count);
    }

    [Fact]
    public async Task Commit_ValueAtAndPastItsLimits_TakesOrThrows()
    {
        var largest = new byte[1_048_576];
        new Random(1).NextBytes(largest);
        await Store.CommitAsync(new StateTransaction().Put("largest", largest), Limit);
        await PutAsync("empty", "");

        await Assert.ThrowsAnyAsync<ArgumentException>(
            async () => await Store.CommitAsync(new StateTransaction().Put("large", new byte[1_048_577]), Limit));

        Assert.Equal(largest, (await Store.GetAsync("largest", Limit))!.Value.ToArray());
        Assert.Equal(0, (await Store.GetAsync("empty", Limit))!.Value.Length);
        Assert.Null(await Store.GetAsync("large", Limit));
    }

    [Fact]
    public async Task AnyMember_TokenCancelledBefore_Throws()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.GetAsync("key", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ListAsync("key", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.CommitAsync(new StateTransaction().Put("key", Bytes("1")), cancelled));
        Assert.Null(await Store.GetAsync("key", Limit));
    }
}
