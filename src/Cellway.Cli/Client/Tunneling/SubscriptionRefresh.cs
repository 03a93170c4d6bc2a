using Cellway.Cli.Client.Links;
using Cellway.Cli.Client.Subscription;

namespace Cellway.Cli.Client.Tunneling;

/// <summary>Reads the subscription again: on demand, one at a time and not too often, and every 12 hours. Thread-safe.</summary>
/// <param name="source">Where the links come from.</param>
/// <param name="apply">Takes over new links.</param>
/// <param name="status">Tells the person.</param>
/// <param name="time">The clock.</param>
internal sealed class SubscriptionRefresh(
    ISubscriptionSource source, Action<IReadOnlyList<ShareLink>> apply, IConnectStatus status, TimeProvider time) : IAsyncDisposable
{
    /// <summary>As often as apps do by default, and far more often than service names change.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(12);

    private static readonly TimeSpan s_retryInterval = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly RetryDelay _delay = new(time);
    private Task<bool>? _running;
    private Task _loop = Task.CompletedTask;

    /// <summary>Begins the regular reading.</summary>
    public void Start() => _loop = RunAsync();

    /// <summary>Reads it now, unless that was just tried; joins a reading that is under way.</summary>
    /// <returns>Whether new links were taken over.</returns>
    public Task<bool> TryNowAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_running is { IsCompleted: false })
            {
                return _running.WaitAsync(cancellationToken);
            }

            if (!_delay.IsOver || _stop.IsCancellationRequested)
            {
                return Task.FromResult(false);
            }

            _delay.Attempted();
            _running = Task.Run(ReadAsync, CancellationToken.None);
            return _running.WaitAsync(cancellationToken);
        }
    }

    /// <summary>A link works, so the next trouble is a new one.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _delay.Reset();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        Task<bool>? running;
        lock (_lock)
        {
            running = _running;
        }

        if (running is not null)
        {
            await running;
        }

        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            var wait = Interval;
            while (true)
            {
                await Task.Delay(wait, time, _stop.Token);
                wait = await TryNowAsync(_stop.Token) ? Interval : s_retryInterval;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // stopping
        }
    }

    private async Task<bool> ReadAsync()
    {
        try
        {
            var result = await source.FetchAsync(_stop.Token);
            if (result.Fault is not SubscriptionFault.None)
            {
                status.Report(new(ConnectState.RefreshFailed, $"The subscription could not be read again. {result.Message}"));
                return false;
            }

            apply(result.List.Links);
            status.Report(new(ConnectState.Refreshed, $"The subscription was read again: {result.List.Links.Count} ways in."));
            return true;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
