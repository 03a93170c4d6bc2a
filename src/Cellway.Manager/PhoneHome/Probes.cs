using System.Collections.Concurrent;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.PhoneHome;

/// <summary>Has Entries try the Cores that are attached but not yet ready, and writes down what they found.</summary>
internal sealed class Probes(IStateStore store, StateKeys keys, NetworkViewFeed feed, AttachedNodes attached, TimeProvider time, PhoneHomeLog log) : BackgroundService
{
    // A Core must first have heard of the Entry that will come; by the second try it has.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private const int MaxErrorLength = 200;

    private readonly ConcurrentDictionary<string, (string Entry, DateTimeOffset Asked)> _underWay = new(StringComparer.Ordinal);
    private int _turn;

    /// <summary>Takes an Entry's finding about a Core that it was asked to probe.</summary>
    public async Task ReportAsync(string entry, ProbeResult result, CancellationToken cancellationToken)
    {
        if (!_underWay.TryGetValue(result.CoreId, out var asked) || asked.Entry != entry)
        {
            return; // not asked, or too late: an Entry decides about no Core on its own
        }

        _underWay.TryRemove(result.CoreId, out _);
        if (await store.GetAsync(keys.Session(result.CoreId), cancellationToken) is not { } session)
        {
            return;
        }

        var record = StateJson.Read<NodeSessionRecord>(session);
        var error = result.Error.Length <= MaxErrorLength ? result.Error : result.Error[..MaxErrorLength]; // another machine's words
        var found = record with { Ready = error.Length == 0, ProbeError = error.Length == 0 ? null : error };
        if (found != record)
        {
            await store.CommitAsync(new StateTransaction().Replace(session, StateJson.Write(found)), cancellationToken);
        }

        if (found.Ready)
        {
            log.CoreReady(result.CoreId, entry, result.Milliseconds);
        }
        else
        {
            log.ProbeFailed(result.CoreId, entry, error);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            AskAboutUnready(feed.Current);
        }
    }

    private void AskAboutUnready(NetworkView view)
    {
        var now = time.GetUtcNow();
        List<NodeStream>? all = null;
        foreach (var core in view.Nodes.Values.Where(n => n.Role == Role.Core && n.State == NodeState.Active))
        {
            if (!view.Sessions.TryGetValue(core.Id, out var session)
                || session.Ready
                || (_underWay.TryGetValue(core.Id, out var asked) && now - asked.Asked < AnswerWithin)
                || RoutePlan.CoreOf(view, core.Id) is not { } planned
                || CoreTargets.Of(view, planned) is not { } target)
            {
                continue;
            }

            all ??= [.. attached.Entries];
            var entries = all.Where(e => e.Node.Cell is null || e.Node.Cell == core.Cell).ToList();
            if (entries.Count == 0)
            {
                continue;
            }

            var entry = entries[(int)((uint)Interlocked.Increment(ref _turn) % (uint)entries.Count)];
            _underWay[core.Id] = (entry.Node.Id, now);
            entry.TrySend(new() { Probe = new() { CoreId = core.Id, Target = target } });
        }
    }
}
