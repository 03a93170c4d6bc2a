using Cellway.Model.State;

namespace Cellway.Manager.View;

/// <summary>For questions whose answer may have been written on another replica a moment ago: asks the store what the view may not have seen yet.</summary>
internal sealed class FreshReads(IStateStore store, StateKeys keys, NetworkViewFeed feed, TimeProvider time)
{
    /// <summary>How many questions of strangers a second may reach the store. Above it, what the view lacks does not exist: a flood of guesses must not become the store's.</summary>
    private const int StrangersPerSecond = 200;

    private static readonly TimeSpan CatchUpWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BarrierWithin = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private long _second;
    private int _asked;

    /// <summary>Whether the state has <paramref name="key"/>; then the view has it too when this returns.</summary>
    /// <exception cref="StateUnavailableException">The state does not answer, or the view does not catch up.</exception>
    public async ValueTask<bool> HasAsync(string key, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(key, cancellationToken) is not { } entry)
        {
            return false;
        }

        if (!await ReachAsync(entry.ModRevision, CatchUpWithin, cancellationToken))
        {
            throw new StateUnavailableException("This replica's view is behind the state.");
        }

        return true;
    }

    /// <summary>The same for whoever has proved nothing; <see langword="false"/> without asking when there are too many of them.</summary>
    public ValueTask<bool> HasForStrangerAsync(string key, CancellationToken cancellationToken) =>
        MayAsk() ? HasAsync(key, cancellationToken) : ValueTask.FromResult(false);

    /// <summary>Brings the view to where the state is now. In a store that other networks write to as well it gives up after 100 ms: their writes never come by here.</summary>
    public async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        var now = (await store.ListAsync(keys.Network, cancellationToken)).Revision;
        await ReachAsync(now, BarrierWithin, cancellationToken);
    }

    private async ValueTask<bool> ReachAsync(long revision, TimeSpan within, CancellationToken cancellationToken)
    {
        if (feed.Current.Revision >= revision)
        {
            return true;
        }

        using var limit = new CancellationTokenSource(within, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await feed.WaitForAsync(revision, both.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private bool MayAsk()
    {
        lock (_lock)
        {
            var second = time.GetTimestamp() / time.TimestampFrequency;
            if (second != _second)
            {
                (_second, _asked) = (second, 0);
            }

            return ++_asked <= StrangersPerSecond;
        }
    }
}
