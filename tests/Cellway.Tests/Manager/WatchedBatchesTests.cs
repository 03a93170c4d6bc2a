using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Cellway.Manager.View;
using Cellway.Model.State;

namespace Cellway.Tests.Manager;

public sealed class WatchedBatchesTests
{
    private readonly Channel<StateChangeBatch> _watched = Channel.CreateUnbounded<StateChangeBatch>();

    [Fact]
    public async Task TogetherAsync_SomeAreThere_GivesThemTogetherEachOnceInOrder()
    {
        await using var reader = Read();
        Put(1);
        Assert.Equal([1], await NextAsync(reader));
        Put(2);
        Put(3);
        Put(4);
        Assert.Equal([2, 3, 4], await NextAsync(reader));
        var waiting = NextAsync(reader);
        Assert.False(waiting.IsCompleted);
        Put(5);
        Assert.Equal([5], await waiting);
    }

    [Fact]
    public async Task TogetherAsync_Many_NotAllAtOnceAndNoneLost()
    {
        await using var reader = Read();
        Enumerable.Range(1, 100).ToList().ForEach(i => Put(i, changes: 100));
        List<long> seen = [];
        var times = 0;
        for (; seen.Count < 100; times++)
        {
            seen.AddRange(await NextAsync(reader));
        }

        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), seen);
        Assert.InRange(times, 2, 10);
    }

    [Fact]
    public async Task TogetherAsync_WatchFails_GivesWhatCameBeforeAndThenTheFailure()
    {
        await using var reader = Read();
        Put(1);
        Put(2);
        _watched.Writer.Complete(new IOException("gone"));

        Assert.Equal([1, 2], await NextAsync(reader));
        await Assert.ThrowsAsync<IOException>(() => NextAsync(reader));
    }

    [Fact]
    public async Task TogetherAsync_ReaderStops_TheWatchEnds()
    {
        var reader = Read();
        Put(1);
        await NextAsync(reader);

        await reader.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private IAsyncEnumerator<IReadOnlyList<StateChangeBatch>> Read() =>
        WatchedBatches.TogetherAsync(WatchAsync, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);

    private static async Task<IEnumerable<long>> NextAsync(IAsyncEnumerator<IReadOnlyList<StateChangeBatch>> reader) =>
        await reader.MoveNextAsync() ? reader.Current.Select(b => b.Revision) : [];

    private void Put(long revision, int changes = 1) =>
        _watched.Writer.TryWrite(new(revision, [.. Enumerable.Range(0, changes).Select(i => new StateChange($"key-{i}", null))]));

    private async IAsyncEnumerable<StateChangeBatch> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in _watched.Reader.ReadAllAsync(cancellationToken))
        {
            yield return batch;
        }
    }
}
