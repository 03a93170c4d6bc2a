using Cellway.Model.State;
using Cellway.State;
using Cellway.State.Sqlite;

namespace Cellway.IntegrationTests.State;

public sealed class GroupCommitterTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private SqliteStateFile _file = null!;
    private SqliteWriter _writer = null!;
    private GroupCommitter _committer = null!;

    public ValueTask InitializeAsync()
    {
        _file = SqliteStateFile.Take(_directory["state.db"]);
        _writer = new(_file.OpenWriter(maxPages: 0), new(), TimeProvider.System);
        _committer = new(_file.Path, _writer);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _committer.DisposeAsync();
        _file.Dispose();
        _directory.Dispose();
        _limit.Dispose();
    }

    [Fact]
    public async Task Write_FailsAfterItWrote_LeavesNothingAndTheNextSucceeds()
    {
        var kept = await WriteAsync(w => w.GrantLease(60));
        await WriteAsync(w => w.Apply(Put("key", kept)));
        var lost = 0L;

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await WriteAsync<int>(w =>
        {
            lost = w.GrantLease(60);
            w.RevokeLease(kept);
            w.Apply(Put("other", lost));
            throw new InvalidOperationException("After its writes.");
        }));

        using var reader = _file.OpenReader();
        Assert.Equal(["key"], reader.List("").Entries.Select(e => e.Key));

        // The caller of the revocation was told that it may have happened: the next write ends the lease as if its time had passed.
        Assert.Equal(new TransactionResult(true, 3), await WriteAsync(w => w.Apply(Put("next", 0))));
        Assert.Equal(["next"], reader.List("").Entries.Select(e => e.Key));
        Assert.False(_writer.Leases.Contains(kept));
        Assert.False(_writer.Leases.Contains(lost));
    }

    [Fact]
    public async Task Write_OneOfAGroupIsRefused_OthersSucceed()
    {
        var hold = new TaskCompletionSource();
        var first = WriteAsync(w =>
        {
            // Keeps the group open so that the next ones share one.
            Assert.True(hold.Task.Wait(TimeSpan.FromSeconds(10)));
            return 0;
        });
        var good = WriteAsync(w => w.Apply(Put("good", 0)));
        var bad = WriteAsync(w => w.Apply(Put("bad", 4711)));
        var last = WriteAsync(w => w.Apply(Put("last", 0)));
        hold.SetResult();

        Assert.Equal(0, await first);
        Assert.Equal(1, (await good).Revision);
        await Assert.ThrowsAsync<ArgumentException>(() => bad);
        Assert.Equal(2, (await last).Revision);
    }

    [Fact]
    public async Task Write_CancelledWhileItWaits_IsNotDone()
    {
        var hold = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        var first = WriteAsync(w =>
        {
            started.SetResult();
            return hold.Task.Wait(TimeSpan.FromSeconds(10));
        });
        await started.Task.WaitAsync(_limit.Token);
        using var cancel = new CancellationTokenSource();
        var second = _committer.WriteAsync(w => w.Apply(Put("never", 0)), 0, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        hold.SetResult();

        Assert.True(await first);
        Assert.Equal(1, (await WriteAsync(w => w.Apply(Put("key", 0)))).Revision);
    }

    private static CheckedTransaction Put(string key, long leaseId) =>
        CheckedTransaction.Check(new StateTransaction().Put(key, new byte[1], leaseId));

    private Task<T> WriteAsync<T>(Func<SqliteWriter, T> work) => _committer.WriteAsync(work, 0, _limit.Token).AsTask();
}
