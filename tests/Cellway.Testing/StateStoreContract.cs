using Cellway.Model.State;
using CsCheck;
using Xunit;

namespace Cellway.Testing;

/// <summary>What every store does. A store's test class derives from this one and says how to open it.</summary>
public abstract class StateStoreContract : StateStoreContractLeases
{
    private int _round;

    [Fact]
    public async Task Commit_ConcurrentCounters_LoseNothing()
    {
        const int Writers = 8, Increments = 25;
        await PutAsync("counter", "0");

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
        {
            await Task.Yield();
            for (var done = 0; done < Increments;)
            {
                var read = (await Store.GetAsync("counter", Limit))!;
                var next = Bytes($"{int.Parse(Text(read), null) + 1}");
                done += (await Store.CommitAsync(new StateTransaction().Replace(read, next), Limit)).Succeeded ? 1 : 0;
            }
        }));

        Assert.Equal($"{Writers * Increments}", Text(await Store.GetAsync("counter", Limit)));
    }

    [Fact]
    public async Task Get_AfterAcknowledgedCommitsOfMany_SeesOwnWriteAtOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
        {
            await Task.Yield();
            for (var i = 0; i < 20; i++)
            {
                await PutAsync($"own/{writer}", $"{i}");
                Assert.Equal($"{i}", Text(await Store.GetAsync($"own/{writer}", Limit)));
            }
        }));
    }

    [Fact]
    public async Task Watch_ManyWritersAndWatchers_EachReplayEqualsTheFinalState()
    {
        var from = await RevisionAsync() + 1;
        var last = new TaskCompletionSource<long>();
        var early = Enumerable.Range(0, 3).Select(_ => WatchedUntilAsync("w/", from, last.Task)).ToArray();
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(WriteRandomlyAsync));
        var late = WatchedUntilAsync("w/", from, last.Task);
        last.SetResult(await PutAsync("w/end", ""));

        var final = await Store.ListAsync("w/", Limit);
        var written = results.SelectMany(r => r).Append(await last.Task).Order().ToArray();
        foreach (var batches in await Task.WhenAll([.. early, late]))
        {
            Assert.Equal(written, batches.Select(b => b.Revision));
            Assert.All(batches, b => Assert.All(b.Changes, c => Assert.Equal(b.Revision, c.Entry?.ModRevision ?? b.Revision)));
            AssertSame(final.Entries, Replay(batches));
        }
    }

    [Fact]
    public async Task Watch_ReaderStopsForManyRevisions_MissesNothing()
    {
        const int Revisions = 1500;
        var from = await RevisionAsync() + 1;
        await using var watch = Store.WatchAsync("slow/", from, Limit).GetAsyncEnumerator(Limit);
        await PutAsync("slow/0", "0");
        Assert.True(await watch.MoveNextAsync());

        await Task.WhenAll(Enumerable.Range(1, 30).Select(async writer =>
        {
            for (var i = 0; i < Revisions / 30; i++)
            {
                await PutAsync($"slow/{writer}", $"{i}");
            }
        }));

        for (var revision = from + 1; revision <= from + Revisions; revision++)
        {
            Assert.True(await watch.MoveNextAsync());
            Assert.Equal(revision, watch.Current.Revision);
        }
    }

    [Fact]
    public async Task Commit_AnySequence_DoesWhatADictionaryWould()
    {
        var operation = Gen.Select(Gen.Enum<StateStoreContractOperation>(), Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[0, 255]);
        await operation.List[1, 15].SampleAsync(RunModelAsync, iter: 40, threads: 1);
    }

    private async Task RunModelAsync(List<(StateStoreContractOperation Operation, int Key, int Other, int Value)> operations)
    {
        var prefix = $"model{_round++}/";
        var model = new StateStoreContractModel(await RevisionAsync());
        foreach (var (operation, key, other, value) in operations)
        {
            var transaction = model.Make(operation, prefix + key, prefix + other, (byte)value);
            var expected = model.Apply(transaction);
            Assert.Equal(expected, await Store.CommitAsync(transaction, Limit));
            var list = await Store.ListAsync(prefix, Limit);
            Assert.Equal(model.Revision, list.Revision);
            AssertSame(model.Entries, list.Entries);
        }
    }

    private async Task<List<long>> WriteRandomlyAsync(int writer)
    {
        await Task.Yield();
        var random = new Random(writer);
        List<long> revisions = [];
        for (var i = 0; i < 40; i++)
        {
            // Every transaction changes something, so every one has a revision of its own.
            var transaction = new StateTransaction().Put($"w/own{writer}", Bytes($"{i}")).Put("unwatched", Bytes($"{i}"));
            var shared = $"w/shared{random.Next(3)}";
            transaction = random.Next(3) == 0 ? transaction.Delete(shared) : transaction.Put(shared, Bytes($"{writer}.{i}"));
            revisions.Add((await Store.CommitAsync(transaction, Limit)).Revision);
        }

        return revisions;
    }
}
