using Cellway.DataPlane.Mux;

namespace Cellway.Tests.DataPlane.Mux;

public sealed class MuxTableTests
{
    [Fact]
    public void EndOfANumber_IsToldOnce_UntilItIsUsedAgain()
    {
        var table = new MuxTable(4);

        Assert.True(table.MarkEnded(1));
        Assert.False(table.MarkEnded(1));
        table.Add(1, new Fake(), () => Task.CompletedTask);
        Assert.True(table.MarkEnded(1));
        Assert.Null(table.Take(2));
        table.Take(1); // the client's own End
        Assert.True(table.MarkEnded(1));
    }

    [Fact]
    public void NumberUsedTwice_EndsTheFirst()
    {
        var table = new MuxTable(4);
        Fake first = new(), second = new();
        table.Add(1, first, () => Task.CompletedTask);
        table.Add(1, second, () => Task.CompletedTask);

        Assert.Equal((1, 0), (first.Ends, second.Ends));
        Assert.Same(second, table.Find(1));
        Assert.False(table.Remove(1, first)); // and leaves the second alone
        Assert.Same(second, table.Find(1));
    }

    [Fact]
    public void SessionsThatStillSendTheirLastBytes_Count()
    {
        var table = new MuxTable(1);
        var session = new Fake();
        table.Add(1, session, () => Task.CompletedTask);
        table.Take(1);

        Assert.Equal((false, false), (table.HasRoom, table.IsEmpty));
        Assert.False(table.Remove(1, session));
        Assert.Equal((true, true), (table.HasRoom, table.IsEmpty));
    }

    [Fact]
    public async Task Budget_HoldsTheReaderUntilThereIsRoom()
    {
        var budget = new MuxBudget(100);
        budget.Take(100);
        Assert.True(budget.WaitAsync(TestContext.Current.CancellationToken).AsTask().IsCompletedSuccessfully);
        budget.Take(50);
        var waiting = budget.WaitAsync(TestContext.Current.CancellationToken).AsTask();
        budget.Give(49);
        Assert.False(waiting.IsCompleted);
        budget.Give(1);

        await waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private sealed class Fake : IMuxSession
    {
        public int Ends { get; private set; }

        public Task<bool> RunAsync() => Task.FromResult(true);

        public void End() => Ends++;

        public void CompleteUplink(TimeSpan silence)
        {
            // not asked for here
        }
    }
}
