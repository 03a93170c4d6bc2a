using Cellway.Model.State;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.Leadership;

/// <summary>The one lease that says that this replica is there. What lives by it goes when the replica does.</summary>
/// <remarks>
/// It counts as lost as soon as it may be: when nothing has renewed it for as long as it lasts, by this machine's monotonic clock,
/// whatever the store would say. Clocks that jump change nothing.
/// </remarks>
internal sealed class ReplicaLease(IStateStore store, LeadershipOptions options, TimeProvider time, LeadershipLog log) : BackgroundService
{
    private volatile TaskCompletionSource<HeldLease> _current = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TimeSpan RenewEvery => options.LeaseFor / 3;

    /// <summary>The lease held now, or the next one.</summary>
    public Task<HeldLease> HoldAsync(CancellationToken cancellationToken) => _current.Task.WaitAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await HoldOneAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (IOException e)
            {
                log.LeaseFailed(e);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task HoldOneAsync(CancellationToken stop)
    {
        var granted = time.GetTimestamp();
        var id = await store.GrantLeaseAsync(options.LeaseFor, stop);
        using var lost = new CancellationTokenSource(options.LeaseFor - time.GetElapsedTime(granted) is { Ticks: > 0 } left ? left : TimeSpan.Zero, time);
        _current.TrySetResult(new(id, lost.Token));
        try
        {
            while (await RenewAsync(id, lost, stop))
            {
                await Task.Delay(RenewEvery, time, stop);
            }
        }
        finally
        {
            _current = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await lost.CancelAsync();
            await GiveBackAsync(id);
        }
    }

    /// <returns>Whether it is still held.</returns>
    private async Task<bool> RenewAsync(long id, CancellationTokenSource lost, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop, lost.Token);
        while (!lost.IsCancellationRequested)
        {
            var asked = time.GetTimestamp();
            try
            {
                if (!await store.RenewLeaseAsync(id, limit.Token))
                {
                    log.LeaseLost();
                    return false;
                }

                if (options.LeaseFor - time.GetElapsedTime(asked) is { Ticks: > 0 } left)
                {
                    lost.CancelAfter(left);
                    return !lost.IsCancellationRequested;
                }
            }
            catch (IOException e)
            {
                log.LeaseFailed(e);
                await Task.Delay(TimeSpan.FromSeconds(0.5), time, limit.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                break;
            }
        }

        stop.ThrowIfCancellationRequested();
        log.LeaseLost();
        return false;
    }

    // So that others need not wait for it to run out.
    private async Task GiveBackAsync(long id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        try
        {
            await store.RevokeLeaseAsync(id, limit.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It runs out by itself.
        }
    }
}
