using Cellway.Manager.Leadership;
using Cellway.Model.Audit;
using Cellway.Model.State;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.Audit;

/// <summary>Writes down what was refused, or changed nothing: nobody can fill the state with it.</summary>
/// <remarks>
/// Each caller has <see cref="PerCaller"/> entries an hour; what is above, and whatever strangers try, is counted and becomes two
/// entries an hour.
/// </remarks>
internal sealed class Refusals(IStateStore store, StateKeys keys, Replica replica, TimeProvider time, AuditLog log) : BackgroundService
{
    public const int PerCaller = 60;

    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _written = new(StringComparer.Ordinal);
    private long _unlisted;
    private long _strangers;

    /// <summary>A caller that has proved who it is.</summary>
    public async Task RecordAsync(string who, string what, string? subject, string outcome)
    {
        lock (_lock)
        {
            var written = _written.GetValueOrDefault(who);
            if (written >= PerCaller)
            {
                _unlisted++;
                return;
            }

            _written[who] = written + 1;
        }

        await WriteAsync(new() { At = time.GetUtcNow(), Who = who, What = what, Subject = subject, Outcome = outcome });
    }

    /// <summary>Somebody who has proved nothing.</summary>
    public void CountStranger() => Interlocked.Increment(ref _strangers);

    /// <summary>Writes down what was only counted, and begins to count anew.</summary>
    internal async Task FlushAsync()
    {
        long unlisted;
        lock (_lock)
        {
            (unlisted, _unlisted) = (_unlisted, 0);
            _written.Clear();
        }

        await CountedAsync("calls beyond those written down", unlisted);
        await CountedAsync("calls of strangers", Interlocked.Exchange(ref _strangers, 0));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Window, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await FlushAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await FlushAsync();
        }
    }

    private async Task CountedAsync(string what, long count)
    {
        if (count > 0)
        {
            await WriteAsync(new() { At = time.GetUtcNow(), Who = Actors.Replica(replica.Id), What = what, Outcome = "refused", Count = count });
        }
    }

    // The answer to the caller must not depend on it: nothing was done that would have to be known.
    private async Task WriteAsync(AuditAct act)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
        try
        {
            await store.CommitAsync(new StateTransaction().Note(keys, act), limit.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            log.NotWritten(act.What, act.Outcome, e);
        }
    }
}
