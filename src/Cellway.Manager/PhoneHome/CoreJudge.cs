using Cellway.Manager.Leadership;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Health;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.PhoneHome;

/// <summary>Takes Cores out of the routes that most Entries do not reach. Each replica decides about those that are attached to it.</summary>
internal sealed class CoreJudge(
    IStateStore store, StateKeys keys, NetworkViewFeed feed, Probes probes, Replica replica, RoutingOptions options, TimeProvider time, PhoneHomeLog log)
    : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    // What an Entry has found is in its report a moment after it has answered.
    private static readonly TimeSpan ReportWithin = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, DateTimeOffset> _asked = new(StringComparer.Ordinal);
    private long _seen = -1;
    private bool _isWaiting; // for an answer

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await LookAsync(feed.Current, stoppingToken);
            }
            catch (IOException e)
            {
                _seen = -1;
                log.SessionsNotKept(e);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task LookAsync(NetworkView view, CancellationToken cancellationToken)
    {
        if (view.Revision == _seen && !_isWaiting)
        {
            return;
        }

        (_seen, _isWaiting) = (view.Revision, false);
        var accused = view.EntryReports.Values
            .SelectMany(r => r.Cores.Where(c => !c.Value.Reach.Carries()).Select(c => c.Key))
            .Distinct(StringComparer.Ordinal)
            .Where(id => view.Sessions.TryGetValue(id, out var session) && session.Ready && session.Replica == replica.Id)
            .ToList();
        foreach (var gone in _asked.Keys.Except(accused).ToList())
        {
            _asked.Remove(gone);
        }

        foreach (var core in accused)
        {
            await JudgeAsync(view, core, cancellationToken);
        }
    }

    private async Task JudgeAsync(NetworkView view, string core, CancellationToken cancellationToken)
    {
        var verdict = CoreVerdict.Of(view, core);
        var now = time.GetUtcNow();
        if (_asked.TryAdd(core, now))
        {
            probes.AskOthers(view, core); // they may not have looked for a while
        }

        if (!verdict.IsOut(options.OutShare))
        {
            return;
        }

        var waited = now - _asked[core];
        if (verdict.NeedsAnother && waited < options.SecondOpinionWithin && (waited < ReportWithin || probes.IsAsked(core)))
        {
            _isWaiting = true;
            return;
        }

        if (await store.GetAsync(keys.Session(core), cancellationToken) is { } entry
            && StateJson.Read<NodeSessionRecord>(entry) is { Ready: true } session
            && session.Replica == replica.Id)
        {
            var reach = view.EntryReports.Values.Select(r => r.Cores.GetValueOrDefault(core)).First(r => r is not null && !r.Reach.Carries())!.Reach;
            var error = $"{verdict.Against} of {verdict.Witnesses} Entries do not reach it ({reach.ToString().ToLowerInvariant()})";
            var result = await store.CommitAsync(
                new StateTransaction().Replace(entry, StateJson.Write(session with { Ready = false, OutSince = now, SteadySince = null, ProbeError = error })), cancellationToken);
            if (result.Succeeded)
            {
                _asked.Remove(core);
                log.CoreOut(core, verdict.Against, verdict.Witnesses, reach);
            }
        }
    }
}
