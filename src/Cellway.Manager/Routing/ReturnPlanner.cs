using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.Routing;
using Cellway.Model.State;

namespace Cellway.Manager.Routing;

/// <summary>Brings the devices of a cell that is well again home in steps. That they leave is no decision of anybody's: every replica sees it in its view at once.</summary>
internal sealed class ReturnPlanner(IStateStore store, StateKeys keys, NetworkViewFeed feed, RoutingOptions options, TimeProvider time, RoutingLog log) : IPlanner
{
    internal static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, DateTimeOffset> _wellSince = new(StringComparer.Ordinal);

    public string Name => "returns";

    public async Task RunAsync(LeaderTerm term, CancellationToken lost)
    {
        _wellSince.Clear(); // another may have led meanwhile
        while (true)
        {
            var view = feed.Current;
            foreach (var cell in view.Cells.Values)
            {
                await LookAtAsync(view, cell, term, lost);
            }

            await Task.Delay(Every, time, lost);
        }
    }

    private async Task LookAtAsync(NetworkView view, CellRecord cell, LeaderTerm term, CancellationToken lost)
    {
        var now = time.GetUtcNow();
        var known = view.CellReturns.GetValueOrDefault(cell.Id);
        if (!IsHome(view, cell))
        {
            _wellSince.Remove(cell.Id);
            if (known is not { Share: 0 } && RoutePlan.IsOpen(cell) && (known is not null || view.Accounts.DevicesIn(cell.Id) > 0))
            {
                await WriteAsync(cell.Id, new() { Cell = cell.Id, Since = known?.Since ?? now, Share = 0, ChangedAt = now }, term, lost);
                log.Away(cell.Id);
            }

            return;
        }

        if (known is null)
        {
            return;
        }

        _wellSince.TryAdd(cell.Id, now);
        if (now - _wellSince[cell.Id] < options.ReturnAfter || now - known.ChangedAt < options.ReturnEvery)
        {
            return;
        }

        var share = known.Share + options.ReturnStep;
        await WriteAsync(cell.Id, share >= Ways.Whole ? null : known with { Share = share, ChangedAt = now }, term, lost);
        log.Returning(cell.Id, Math.Min(share, Ways.Whole), Ways.Whole);
    }

    private static bool IsHome(NetworkView view, CellRecord cell) =>
        RoutePlan.IsWell(cell)
        && view.Nodes.Values.Any(n =>
            n is { Role: Role.Core, State: NodeState.Active } && n.Cell == cell.Id && view.Sessions.TryGetValue(n.Id, out var session) && session.Ready);

    private async Task WriteAsync(string cell, CellReturnRecord? record, LeaderTerm term, CancellationToken lost)
    {
        var key = keys.CellReturn(cell);
        var before = await store.GetAsync(key, lost);
        var transaction = new StateTransaction();
        if (before is not null)
        {
            _ = record is null
                ? transaction.Require(key, before.ModRevision).Delete(key)
                : transaction.Replace(before, StateJson.Write(record));
        }
        else if (record is not null)
        {
            transaction.Create(key, StateJson.Write(record));
        }
        else
        {
            return;
        }

        var written = await term.CommitAsync(transaction, lost);
        await feed.WaitForAsync(written.Revision, lost); // the next look decides by it
    }
}
