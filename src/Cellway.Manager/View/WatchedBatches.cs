using System.Runtime.CompilerServices;
using Cellway.Model.State;

namespace Cellway.Manager.View;

/// <summary>Gives what a watch has already received together: whoever falls behind catches up in fewer steps.</summary>
internal static class WatchedBatches
{
    private const int MostChanges = 2000;

    /// <summary>One or more batches at a time, in order, and each of them once. Waits for none but the first.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<StateChangeBatch>> TogetherAsync(
        Func<CancellationToken, IAsyncEnumerable<StateChangeBatch>> watch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var batches = watch(ending.Token).GetAsyncEnumerator(ending.Token);
        var next = batches.MoveNextAsync().AsTask();
        try
        {
            while (await next)
            {
                List<StateChangeBatch> together = [batches.Current];
                var changes = batches.Current.Changes.Count;
                while ((next = batches.MoveNextAsync().AsTask()).IsCompletedSuccessfully && changes < MostChanges && await next)
                {
                    together.Add(batches.Current);
                    changes += batches.Current.Changes.Count;
                }

                yield return together;
            }
        }
        finally
        {
            if (!next.IsCompleted) // whoever reads has stopped: an enumerator must not be disposed while it moves
            {
                await ending.CancelAsync();
                await next.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }
}
