using System.Runtime.CompilerServices;

namespace Cellway.Manager.Backups;

/// <summary>Two halves of a long way at once: the next page is fetched on another thread while this one is worked on.</summary>
internal static class Ahead
{
    /// <summary>The same items; two are in memory at a time. What fails there fails here.</summary>
    public static async IAsyncEnumerable<T> OneAhead<T>(this IAsyncEnumerable<T> source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var items = source.GetAsyncEnumerator(stop.Token);
        var next = NextAsync();
        try
        {
            while (await next)
            {
                var item = items.Current;
                next = NextAsync();
                yield return item;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // nothing is left that reads
        }

        Task<bool> NextAsync() => Task.Run(() => items.MoveNextAsync().AsTask(), CancellationToken.None);
    }
}
