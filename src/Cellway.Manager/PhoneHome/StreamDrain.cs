using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.PhoneHome;

/// <summary>When this replica is told to stop, its nodes go to the others first, a few at a time, and nobody notices.</summary>
internal sealed class StreamDrain(Replica replica, AttachedNodes attached, NetworkViewFeed feed, PhoneHomeOptions options, TimeProvider time, PhoneHomeLog log) : IHostedLifecycleService
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        replica.IsStopping = true;
        try
        {
            if (attached.Count > 0 && feed.Current.Replicas.Values.Any(r => r.Id != replica.Id && !r.Stopping))
            {
                log.Draining(attached.Count);
                await SendAwayAsync(cancellationToken);
                await WaitUntilEmptyAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // No time left: the streams end now.
        }

        await replica.EndStreamsAsync();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Spread, because the others should not meet all handshakes in one instant; a few nodes need no spreading.
    private async Task SendAwayAsync(CancellationToken cancellationToken)
    {
        var streams = attached.All.ToList();
        var steps = (int)(options.DrainOver / Step);
        foreach (var some in streams.Chunk(Math.Max(10, (streams.Count + steps - 1) / Math.Max(1, steps))))
        {
            foreach (var stream in some)
            {
                stream.TrySend(new() { GoElsewhere = new() });
            }

            await Task.Delay(Step, time, cancellationToken);
        }
    }

    private async Task WaitUntilEmptyAsync(CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (attached.Count > 0 && time.GetElapsedTime(begun) < options.DrainWithin)
        {
            await Task.Delay(Step, time, cancellationToken);
        }
    }
}
