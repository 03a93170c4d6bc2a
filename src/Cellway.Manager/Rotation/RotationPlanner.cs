using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.State;

namespace Cellway.Manager.Rotation;

/// <summary>Keeps every cell's names planned ahead. What is planned is in the state, so another leader goes on where this one stopped.</summary>
internal sealed class RotationPlanner(
    IStateStore store, StateKeys keys, NetworkViewFeed feed, RotationOptions options, RotationPlan plan, TimeProvider time, RotationLog log) : IPlanner
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // Often enough that what is ahead never falls short of the plan, for the shortest of intervals.
    private readonly TimeSpan _pause = new[] { LongestPause, options.Entry.Every / 4, options.Exit.Every / 4 }.Min();

    public string Name => "rotation";

    public async Task RunAsync(LeaderTerm term, CancellationToken lost)
    {
        while (true)
        {
            var view = feed.Current;
            foreach (var cell in view.Cells.Values)
            {
                if (cell.State == CellState.Retired)
                {
                    await ForgetAsync(view, cell.Id, term, lost);
                }
                else
                {
                    await ContinueAsync(view, cell.Id, term, lost);
                }
            }

            await WaitAsync(view, lost);
        }
    }

    private async Task ContinueAsync(NetworkView view, string cell, LeaderTerm term, CancellationToken lost)
    {
        var known = view.Rotations.GetValueOrDefault(cell);
        if (known is not null && !view.Unreadable.Contains(StateKeys.Folders.Rotations + cell) && ReferenceEquals(plan.Continue(known, time.GetUtcNow()), known))
        {
            return;
        }

        var entry = await store.GetAsync(keys.Rotation(cell), lost);
        var stored = entry is null ? null : Read(entry);
        var before = stored ?? (entry is null ? null : known); // what cannot be read is written anew from what there was
        var after = before is null ? plan.First(cell, time.GetUtcNow()) : plan.Continue(before, time.GetUtcNow());
        if (stored is not null && ReferenceEquals(after, stored))
        {
            return; // the view is behind
        }

        var write = new StateTransaction().Require(keys.Rotation(cell), entry?.ModRevision ?? 0).Put(keys.Rotation(cell), StateJson.Write(after));
        if ((await term.CommitAsync(write, lost)).Succeeded)
        {
            log.Planned(cell, after.EntryNames[^1].AnnouncedAt, after.ExitNames[^1].AnnouncedAt);
        }
    }

    // Its nodes accept nothing any more. Should the cell come back, it starts with new names.
    private async Task ForgetAsync(NetworkView view, string cell, LeaderTerm term, CancellationToken lost)
    {
        if (view.Rotations.ContainsKey(cell) && await store.GetAsync(keys.Rotation(cell), lost) is { } entry)
        {
            await term.CommitAsync(new StateTransaction().Require(entry.Key, entry.ModRevision).Delete(entry.Key), lost);
        }
    }

    private RotationRecord? Read(StateEntry entry)
    {
        try
        {
            var record = StateJson.Read<RotationRecord>(entry);
            record.EnsureSound();
            return record;
        }
        catch (InvalidDataException e)
        {
            log.Unreadable(entry.Key, e);
            return null;
        }
    }

    /// <summary>Until there is a new cell, or it is time to look again.</summary>
    private async Task WaitAsync(NetworkView seen, CancellationToken lost)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(lost);
        var pause = Task.Delay(_pause, time, over.Token);
        for (var view = seen; !pause.IsCompleted && ReferenceEquals(view.Cells, seen.Cells); view = feed.Current)
        {
            await Task.WhenAny(pause, feed.WaitForAsync(view.Revision + 1, over.Token).AsTask());
            lost.ThrowIfCancellationRequested(); // before asking again: what is cancelled answers at once
        }

        await over.CancelAsync();
        lost.ThrowIfCancellationRequested();
    }
}
