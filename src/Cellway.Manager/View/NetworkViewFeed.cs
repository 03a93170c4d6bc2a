using Cellway.Model.State;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.View;

/// <summary>Keeps one <see cref="NetworkView"/> up to date with the store's watch.</summary>
/// <remarks>
/// Reads are answered from <see cref="Current"/>, which may be some milliseconds old; whoever has just written waits for
/// the revision of that write first (<see cref="WaitForAsync"/>), so that people read what they wrote.
/// </remarks>
internal sealed class NetworkViewFeed(IStateStore store, StateKeys keys, TimeProvider time, ViewLog log) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly RevisionGate _gate = new();
    private volatile NetworkView? _view;
    private Task _following = Task.CompletedTask;

    /// <summary>The newest view.</summary>
    /// <exception cref="InvalidOperationException">Nothing was read yet: the host has not started.</exception>
    public NetworkView Current => _view ?? throw new InvalidOperationException("The view has not been read yet.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Publish(await ReadAsync(cancellationToken));
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
                await foreach (var batch in store.WatchAsync(keys.Prefix, Current.Revision + 1, stop))
                {
                    Publish(Current.Apply(keys, batch));
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (StateCompactedException)
            {
                await ReadAgainAsync(stop);
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                log.WatchFailed(e);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stop).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task ReadAgainAsync(CancellationToken stop)
    {
        try
        {
            Publish(await ReadAsync(stop));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException)
        {
            log.WatchFailed(e); // the next round meets the same compaction and tries again
        }
    }

    private async Task<NetworkView> ReadAsync(CancellationToken cancellationToken) =>
        NetworkView.Of(keys, await store.ListAsync(keys.Prefix, cancellationToken));

    private void Publish(NetworkView view)
    {
        _view = view;
        _gate.Reach(view.Revision);
    }
}
