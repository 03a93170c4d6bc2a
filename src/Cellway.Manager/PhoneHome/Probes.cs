using System.Collections.Concurrent;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Health;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.PhoneHome;

/// <summary>Has Entries try the Cores that are attached but not yet ready, and writes down what they found.</summary>
internal sealed class Probes(IStateStore store, StateKeys keys, NetworkViewFeed feed, AttachedNodes attached, RoutingOptions options, TimeProvider time, PhoneHomeLog log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A Core must first have heard of the Entry that will come, which it does within a second of the later one's coming. Entries have
    // too few handshakes for tries that are too early: after two of them a Core would wait for a minute.
    private static readonly TimeSpan KnownAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private const int MaxErrorLength = 200;
    private const int OthersAsked = 3;

    private readonly ConcurrentDictionary<string, (string Entry, DateTimeOffset Asked)> _underWay = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _askedAt = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _turns = new(StringComparer.Ordinal); // by cell: an Entry has few handshakes a minute with each name

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
        if (record.Ready)
        {
            return; // a second opinion: the Entry's report has it, and CoreJudge reads that
        }

        var error = result.Error.Length <= MaxErrorLength ? result.Error : result.Error[..MaxErrorLength]; // another machine's words
        var found = After(record, error.Length == 0 ? null : error, feed.Current, options, time.GetUtcNow());
        if (found != record)
        {
            await store.CommitAsync(new StateTransaction().Replace(session, StateJson.Write(found)), cancellationToken);
        }

        if (found.Ready)
        {
            log.CoreReady(result.CoreId, entry, result.Milliseconds);
        }
        else if (error.Length > 0)
        {
            log.ProbeFailed(result.CoreId, entry, error);
        }
    }

    /// <summary>The session after a probe: ready at once when it has just come, and after it has settled when it was out and there are others meanwhile.</summary>
    internal static NodeSessionRecord After(NodeSessionRecord session, string? error, NetworkView view, RoutingOptions options, DateTimeOffset now)
    {
        if (error is not null)
        {
            return session with { Ready = false, SteadySince = null, ProbeError = error };
        }

        var steady = session.SteadySince ?? now;
        var isSettled = session.OutSince is null
            || !HasOthers(view, session.Node)
            || (now - steady >= options.SettleAfter && !CoreVerdict.Of(view, session.Node).IsOut(options.OutShare));
        return isSettled
            ? session with { Ready = true, OutSince = null, SteadySince = null, ProbeError = null }
            : session with { SteadySince = steady };
    }

    /// <summary>Has other Entries than those that have lost a Core try it: such as know nothing of it first, then such as reached it when they last looked.</summary>
    public void AskOthers(NetworkView view, string core)
    {
        if (RoutePlan.CoreOf(view, core) is not { } planned || CoreTargets.Of(view, planned) is not { } target)
        {
            return;
        }

        var others = attached.Entries
            .Where(e => Serves(e, view.Nodes[core]))
            .Select(e => (Entry: e, Found: view.EntryReports.GetValueOrDefault(e.Node.Id)?.Cores.GetValueOrDefault(core)))
            .Where(o => o.Found is null || o.Found.Reach.Carries())
            .OrderBy(o => o.Found is not null);
        foreach (var (entry, _) in others.Take(OthersAsked).Reverse()) // the answer of the first is waited for
        {
            Ask(entry, core, target);
        }
    }

    /// <summary>Whether an Entry that was asked about a Core may still answer.</summary>
    public bool IsAsked(string core) => _underWay.TryGetValue(core, out var asked) && time.GetUtcNow() - asked.Asked < AnswerWithin;

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
        var serving = new Dictionary<string, List<NodeStream>>(StringComparer.Ordinal); // by cell
        foreach (var core in view.Nodes.Values.Where(n => n.Role == Role.Core && n.State == NodeState.Active))
        {
            if (!view.Sessions.TryGetValue(core.Id, out var session)
                || session.Ready
                || now - session.Since < KnownAfter
                || (_underWay.TryGetValue(core.Id, out var asked) && now - asked.Asked < AnswerWithin)
                || (_askedAt.TryGetValue(core.Id, out var last)
                    && now - last < (session.OutSince is not null ? options.ReprobeEvery : session.ProbeError is not null ? AgainAfter : TimeSpan.Zero))
                || RoutePlan.CoreOf(view, core.Id) is not { } planned
                || CoreTargets.Of(view, planned) is not { } target)
            {
                continue;
            }

            if (!serving.TryGetValue(core.Cell!, out var entries))
            {
                serving[core.Cell!] = entries =
                    [.. attached.Entries.Where(e => Serves(e, core) && view.Sessions.TryGetValue(e.Node.Id, out var entry) && now - entry.Since >= KnownAfter)];
            }

            if (entries.Count == 0)
            {
                continue;
            }

            var turn = _turns[core.Cell!] = _turns.GetValueOrDefault(core.Cell!) + 1;
            Ask(entries[turn % entries.Count], core.Id, target);
        }
    }

    private void Ask(NodeStream entry, string core, CoreTarget target)
    {
        var now = time.GetUtcNow();
        _underWay[core] = (entry.Node.Id, now);
        _askedAt[core] = now;
        entry.TrySend(new() { Probe = new() { CoreId = core, Target = target } });
    }

    private static bool Serves(NodeStream entry, NodeRecord core) => entry.Node.Cell is null || entry.Node.Cell == core.Cell;

    private static bool HasOthers(NetworkView view, string core) =>
        view.Nodes.TryGetValue(core, out var node)
        && view.Nodes.Values.Any(n =>
            n.Cell == node.Cell && n.Id != core && n is { Role: Role.Core, State: NodeState.Active } && view.Sessions.TryGetValue(n.Id, out var session) && session.Ready);
}
