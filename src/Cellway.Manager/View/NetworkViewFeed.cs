using Cellway.Model.State;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.View;

/// <summary>Keeps one <see cref="NetworkView"/> up to date with the store's watch.</summary>
/// <remarks>
/// Reads are answered from <see cref="Current"/>, which may be some milliseconds old; whoever has just written waits for
/// the revision of that write first (<see cref="WaitForAsync"/>), so that people read what they wrote.
/// </remarks>
internal sealed class NetworkViewFeed(
    IStateStore store, StateKeys keys, IEnumerable<IViewFollower> followers, ReplicaFailure failure, TimeProvider time, ViewLog log) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly RevisionGate _gate = new();
    private readonly IViewFollower[] _followers = [.. followers];
    private volatile NetworkView? _view;
    private StatePages _pages = new(store, keys);
    private Task _following = Task.CompletedTask;

    /// <summary>The newest view.</summary>
    /// <exception cref="InvalidOperationException">Nothing was read yet: the host has not started.</exception>
    public NetworkView Current => _view ?? throw new InvalidOperationException("The view has not been read yet.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        _following = FollowAsync(_stop.Token);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _following;
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Waits until the view is at least as new as <paramref name="revision"/>.</summary>
    public async ValueTask<NetworkView> WaitForAsync(long revision, CancellationToken cancellationToken)
    {
        await _gate.WaitForAsync(revision, cancellationToken);
        return Current;
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var batches in WatchedBatches.TogetherAsync(ending => store.WatchAsync(keys.Prefix, Current.Revision + 1, ending), stop))
                {
                    Apply(batches);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (NewerSchemaException e)
            {
                failure.Set(e);
                return;
            }
            catch (StateCompactedException)
            {
                await ReadAgainAsync(stop);
            }
            catch (IOException e)
            {
                log.WatchFailed(e);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stop).ContinueWith(_ => { }, TaskScheduler.Default);
            }
#pragma warning disable CA1031 // A view that stands still must not be served from, whatever stopped it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure.Set(e);
                return;
            }
        }
    }

    private async Task ReadAgainAsync(CancellationToken stop)
    {
        try
        {
            await ReadAsync(stop);
        }
        catch (NewerSchemaException e)
        {
            failure.Set(e);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            log.WatchFailed(e); // the next round meets the same compaction and tries again
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var pages = new StatePages(store, keys);
        var view = new NetworkView();
        await foreach (var page in pages.ReadAsync(time.GetUtcNow(), cancellationToken))
        {
            var first = view.Revision == 0 ? page.Revision : view.Revision;
            view = view.Apply(keys, new(first, [.. page.Entries.Select(e => new StateChange(e.Key, e))]), out _);
        }

        _pages = pages;
        Publish(view, new() { Everything = true });
    }

    private void Apply(IReadOnlyList<StateChangeBatch> batches)
    {
        var unseen = batches.SelectMany(batch => batch.Changes.Where(c => !_pages.HasSeen(c.Key, batch.Revision))).ToList();
        var view = Current.Apply(keys, new(batches[^1].Revision, unseen), out var changes);
        Publish(view, changes);
    }

    private void Publish(NetworkView view, ViewChanges changes)
    {
        foreach (var key in view.Unreadable.Except(_view?.Unreadable ?? []))
        {
            log.Unreadable(keys.Prefix + key);
        }

        foreach (var follower in _followers)
        {
            follower.Apply(view, changes);
        }

        _view = view;
        _gate.Reach(view.Revision);
    }
}
