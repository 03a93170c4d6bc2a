using System.Collections.Immutable;
using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.Health;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.PhoneHome;

/// <summary>Finds out which of this replica's Cores live although Entries have lost them, and writes it where every replica sees it.</summary>
/// <remarks>
/// A Core that an Entry has just lost is asked for a heartbeat. What it says after that, whenever it does, is the sign. The state is
/// written once for each loss; when all is well it is not written at all.
/// </remarks>
internal sealed class LifeSigns(
    IStateStore store, StateKeys keys, NetworkViewFeed feed, AttachedNodes attached, ReplicaLease lease, Replica replica, TimeProvider time, PhoneHomeLog log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, (DateTimeOffset Loss, long AskedAt)> _asked = new(StringComparer.Ordinal);
    private Dictionary<string, DateTimeOffset> _signs = new(StringComparer.Ordinal);
    private Dictionary<string, DateTimeOffset> _losses = new(StringComparer.Ordinal);
    private ImmutableDictionary<string, EntryReportRecord>? _reports;
    private HeldLease? _writtenUnder;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is IOException or ArgumentException) // the last: the lease has just ended
            {
                log.LifeSignsNotWritten(e);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        var view = feed.Current;
        if (!ReferenceEquals(view.EntryReports, _reports))
        {
            _losses = LossesIn(view);
            _reports = view.EntryReports;
        }

        if (_losses.Count == 0 && _signs.Count == 0)
        {
            return;
        }

        var signs = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var (core, loss) in _losses)
        {
            if (attached.Find(core) is { } stream && SignOf(core, loss, stream) is { } sign)
            {
                signs[core] = sign;
            }
        }

        foreach (var found in _asked.Keys.Where(core => !_losses.ContainsKey(core)).ToList())
        {
            _asked.Remove(found);
        }

        await WriteAsync(signs, stop);
    }

    /// <returns>The newest loss after which the Core has been heard.</returns>
    private DateTimeOffset? SignOf(string core, DateTimeOffset loss, NodeStream stream)
    {
        if (!_asked.TryGetValue(core, out var asked) || asked.Loss != loss)
        {
            _asked[core] = (loss, time.GetTimestamp());
            stream.TrySend(new() { RollCall = new() }); // one that does not read will say nothing either
        }
        else if (stream.HeardAt > asked.AskedAt)
        {
            return loss;
        }

        return _signs.TryGetValue(core, out var earlier) ? earlier : null;
    }

    private async Task WriteAsync(Dictionary<string, DateTimeOffset> signs, CancellationToken stop)
    {
        var held = await lease.HoldAsync(stop);
        if ((ReferenceEquals(held, _writtenUnder) || signs.Count == 0) && signs.Count == _signs.Count && !signs.Except(_signs).Any())
        {
            return;
        }

        var transaction = signs.Count == 0
            ? new StateTransaction().Delete(keys.LifeSigns(replica.Id))
            : new StateTransaction().Put(keys.LifeSigns(replica.Id), StateJson.Write(new LifeSignsRecord { Replica = replica.Id, Cores = signs }), held.Id);
        await store.CommitAsync(transaction, stop);
        (_signs, _writtenUnder) = (signs, held);
    }

    private static Dictionary<string, DateTimeOffset> LossesIn(NetworkView view)
    {
        var losses = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var (core, found) in view.EntryReports.Values.SelectMany(r => r.Cores).Where(c => !c.Value.Reach.Carries()))
        {
            if (view.Nodes.TryGetValue(core, out var node) && node is { Role: Role.Core, State: NodeState.Active }
                && (!losses.TryGetValue(core, out var newest) || found.Since > newest))
            {
                losses[core] = found.Since;
            }
        }

        return losses;
    }
}
