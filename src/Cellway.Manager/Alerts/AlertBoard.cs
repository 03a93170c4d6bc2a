using Cellway.Manager.Api;
using Cellway.Manager.Leadership;
using Cellway.Manager.Operators;
using Cellway.Manager.View;
using Cellway.Model.Certificates;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.Alerts;

/// <summary>The one source of alerts: for the status, the log, and whoever tells people.</summary>
internal sealed class AlertBoard(NetworkViewFeed feed, OperatorCertificates operators, Replica replica, TimeProvider time, AlertLog log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReadEvery = TimeSpan.FromHours(1); // operators' certificates are not in the view

    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private IReadOnlyList<CertificateRecord> _operators = [];
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;

    /// <summary>What should be said now.</summary>
    public IReadOnlyList<Alert> Current => AlertRules.Of(feed.Current, _operators, time.GetUtcNow());

    /// <summary>Is told of each alert once, when it comes up; by the replica that leads.</summary>
    public event Action<Alert>? Raised;

    /// <summary>Looks now, and says what is new.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - _readAt >= ReadEvery)
        {
            _operators = await operators.ListAsync(cancellationToken);
            _readAt = time.GetUtcNow();
        }

        var now = Current;
        _said.RemoveWhere(id => now.All(a => a.Id != id));
        foreach (var alert in now.Where(a => _said.Add(a.Id) && feed.Current.Leader?.Replica == replica.Id))
        {
            log.Raised(alert.Id, alert.Message);
            Raised?.Invoke(alert);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                log.Failed(e);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(LookEvery, time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
