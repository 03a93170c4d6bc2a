using Cellway.Manager.Audit;
using Cellway.Manager.Authority;
using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Incidents;
using Cellway.Model.Nodes;
using Cellway.Model.Regeneration;
using Cellway.Model.State;

namespace Cellway.Manager.Regeneration;

/// <summary>Takes every regeneration a step further, again and again.</summary>
/// <remarks>
/// A step is one transaction of the record, the cells and the devices it concerns, so that a leader that dies, or loses an answer,
/// leaves either the state before or the one after; the next reads it and goes on. That a cell is empty is only believed once it takes
/// no new devices and the view has seen everything that was written before.
/// </remarks>
internal sealed class RegenerationPlanner(IStateStore store, StateKeys keys, NetworkViewFeed feed, TimeProvider time, RegenerationLog log) : IPlanner
{
    private const string By = "regeneration";
    private const int RevokedTogether = 20;
    private const int TokensTogether = 100;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly DeviceMoves _moves = new(store, keys, feed);

    public string Name => "regeneration";

    public async Task RunAsync(LeaderTerm term, CancellationToken lost)
    {
        while (true)
        {
            foreach (var cell in feed.Current.Regenerations.Values.Where(r => !r.Step.IsEnd()).Select(r => r.Cell))
            {
                try
                {
                    await StepAsync(cell, term, lost);
                }
                catch (Exception e) when (e is IOException or InvalidDataException)
                {
                    log.Stuck(cell, e); // whether something was written is seen when it is read again
                }
            }

            await Task.Delay(Every, time, lost);
        }
    }

    /// <summary>Takes one a step further.</summary>
    internal async Task StepAsync(string cell, LeaderTerm term, CancellationToken lost)
    {
        if (await store.GetAsync(keys.Regeneration(cell), lost) is not { } entry
            || StateJson.Read<RegenerationRecord>(entry) is not { } record
            || record.Step.IsEnd()
            || await store.GetAsync(keys.Cell(record.Cell), lost) is not { } old
            || await store.GetAsync(keys.Cell(record.Successor), lost) is not { } successor)
        {
            return;
        }

        var view = await feed.WaitForAsync(Math.Max(entry.ModRevision, Math.Max(old.ModRevision, successor.ModRevision)), lost);
        var at = new Moment(
            view, time.GetUtcNow(), entry, record, old, StateJson.Read<CellRecord>(old), successor, StateJson.Read<CellRecord>(successor), term, lost);
        await (record.Step switch
        {
            RegenerationStep.Forming => FormAsync(at),
            RegenerationStep.Migrating => MigrateAsync(at),
            RegenerationStep.Waiting => WaitAsync(at),
            RegenerationStep.Retiring => RetireAsync(at),
            _ => UndoAsync(at),
        });
    }

    private Task FormAsync(Moment at)
    {
        if (at.Successor.State is not (CellState.Forming or CellState.Active))
        {
            return HoldUpAsync(at, $"{at.Successor.Id} is {at.Successor.State.ToString().ToLowerInvariant()}");
        }

        var ready = RegenerationInfos.ReadyCoresOf(at.View, at.Successor.Id);
        if (ready < at.Record.ReadyCores)
        {
            return HoldUpAsync(at, $"waits for Cores: {ready} of {at.Record.ReadyCores} are ready");
        }

        return at.Successor.ExitBlockedSince is not null
            ? HoldUpAsync(at, $"{at.Successor.ExitDomain} is blocked")
            : GoToAsync(
                at,
                RegenerationStep.Migrating,
                $"{ready} Cores of {at.Successor.Id} are ready: its devices begin to move there.",
                null,
                t => t.Replace(at.SuccessorEntry, StateJson.Write(at.Successor with { State = CellState.Active })));
    }

    private async Task MigrateAsync(Moment at)
    {
        if (at.View.Accounts.DevicesIn(at.Old.Id) > 0)
        {
            await MoveOnAsync(at);
            return;
        }

        // From here on nobody new comes in; whoever has come meanwhile is found in the next step.
        await GoToAsync(
            at,
            RegenerationStep.Waiting,
            $"All devices have moved to {at.Successor.Id} ({at.Record.Moved} moves). {at.Old.Id} stays for apps that have not fetched their subscription since, and retires after {Say(at.Record.Grace)}.",
            IncidentState.Mitigated,
            t => t.Replace(at.OldEntry, StateJson.Write(at.Old with { State = CellState.Compromised })),
            r => r with { StateBefore = at.Old.State });
    }

    private async Task WaitAsync(Moment at)
    {
        if (at.Old.State != CellState.Compromised)
        {
            await HoldUpAsync(at, $"an operator has made {at.Old.Id} {at.Old.State.ToString().ToLowerInvariant()}: undo the regeneration, or make it compromised again");
        }
        else if (at.View.Accounts.DevicesIn(at.Old.Id) > 0)
        {
            await MoveOnAsync(at);
        }
        else if (at.Now - at.Record.StepSince >= at.Record.Grace)
        {
            await GoToAsync(
                at,
                RegenerationStep.Retiring,
                $"{at.Old.Id} is retired; the keys of its nodes are revoked. There is no way back.",
                null,
                t => t.Replace(at.OldEntry, StateJson.Write(at.Old with { State = CellState.Retired })));
        }
    }

    private async Task RetireAsync(Moment at)
    {
        var nodes = at.View.Nodes.Values.Where(n => n.Cell == at.Old.Id && n.State != NodeState.Revoked).Take(RevokedTogether).ToList();
        foreach (var node in nodes)
        {
            if (await store.GetAsync(keys.Node(node.Id), at.Lost) is { } entry)
            {
                var transaction = new StateTransaction();
                await NodeRevocation.AddAsync(transaction, store, keys, entry, at.Now, at.Lost);
                await CommitAsync(at, Noted(at, transaction, "node revoke", StateKeys.Folders.Nodes + node.Id));
            }
        }

        var tokens = at.View.JoinTokens.Values.Where(t => t.Cell == at.Old.Id && RegenerationInfos.IsOpen(t, at.Now)).Take(TokensTogether).ToList();
        if (tokens.Count > 0)
        {
            var transaction = new StateTransaction();
            foreach (var entry in (await Task.WhenAll(tokens.Select(t => store.GetAsync(keys.JoinToken(t.Id), at.Lost).AsTask()))).OfType<StateEntry>())
            {
                transaction.Replace(entry, StateJson.Write(StateJson.Read<JoinTokenRecord>(entry) with { RevokedAt = at.Now }));
            }

            await CommitAsync(at, Noted(at, transaction, "token revoke", StateKeys.Folders.Cells + at.Old.Id, $"{tokens.Count} tokens"));
        }

        if (nodes.Count == 0 && tokens.Count == 0)
        {
            var revoked = at.View.Nodes.Values.Count(n => n.Cell == at.Old.Id);
            await GoToAsync(at, RegenerationStep.Done, $"{at.Successor.Id} has replaced {at.Old.Id}; {revoked} nodes of it are revoked.", IncidentState.Closed, t => t.Require(at.OldEntry.Key, at.OldEntry.ModRevision));
        }
    }

    private async Task UndoAsync(Moment at)
    {
        if (at.Old.State is not (CellState.Active or CellState.Compromised))
        {
            await HoldUpAsync(at, $"{at.Old.Id} is {at.Old.State.ToString().ToLowerInvariant()}");
        }
        else if (at.View.Accounts.DevicesIn(at.Successor.Id) > 0)
        {
            await _moves.MoveAsync(at.Entry, at.OldEntry, at.Successor.Id, at.Old.Id, at.Term, at.Lost);
        }
        else if (at.Successor.State == CellState.Active)
        {
            // It takes no new devices; whoever has come meanwhile goes back too.
            await CommitAsync(at, new StateTransaction().Require(at.Entry.Key, at.Entry.ModRevision).Replace(at.SuccessorEntry, StateJson.Write(at.Successor with { State = CellState.Compromised })));
        }
        else
        {
            await GoToAsync(
                at,
                RegenerationStep.Undone,
                $"The regeneration is undone: {at.Old.Id} carries its devices as before, and {at.Successor.Id} is forming.",
                IncidentState.Open,
                t => t.Replace(at.SuccessorEntry, StateJson.Write(at.Successor with { State = CellState.Forming })));
        }
    }

    private async Task MoveOnAsync(Moment at)
    {
        var reason = at.Successor.State != CellState.Active ? $"{at.Successor.Id} is {at.Successor.State.ToString().ToLowerInvariant()}"
            : RegenerationInfos.ReadyCoresOf(at.View, at.Successor.Id) == 0 ? $"no Core of {at.Successor.Id} is ready"
            : at.Successor.ExitBlockedSince is not null ? $"{at.Successor.ExitDomain} is blocked"
            : null;
        if (reason is null)
        {
            await _moves.MoveAsync(at.Entry, at.SuccessorEntry, at.Old.Id, at.Successor.Id, at.Term, at.Lost);
        }
        else
        {
            await HoldUpAsync(at, reason);
        }
    }

    private async Task HoldUpAsync(Moment at, string reason)
    {
        if (at.Record.HeldUpBy != reason)
        {
            await CommitAsync(at, new StateTransaction().Replace(at.Entry, StateJson.Write(at.Record with { HeldUpBy = reason })));
        }
    }

    private async Task GoToAsync(
        Moment at, RegenerationStep step, string what, IncidentState? incident, Action<StateTransaction> also, Func<RegenerationRecord, RegenerationRecord>? change = null)
    {
        var next = at.Record with { Step = step, StepSince = at.Now, HeldUpBy = null };
        var transaction = new StateTransaction().Replace(at.Entry, StateJson.Write(change?.Invoke(next) ?? next));
        also(transaction);
        await RegenerationTimeline.TellAsync(transaction, store, keys, at.Record, at.Now, By, what, incident, at.Lost);
        if (await CommitAsync(at, Noted(at, transaction, $"cell regeneration {step.ToString().ToLowerInvariant()}", StateKeys.Folders.Cells + at.Old.Id, $"by {at.Successor.Id}")))
        {
            log.Stepped(at.Old.Id, at.Successor.Id, step.ToString());
        }
    }

    private StateTransaction Noted(Moment at, StateTransaction transaction, string what, string subject, string? detail = null) =>
        transaction.Note(keys, new() { At = at.Now, Who = Actors.Planner(Name), What = what, Subject = subject, Detail = detail });

    private async Task<bool> CommitAsync(Moment at, StateTransaction transaction)
    {
        var result = await at.Term.CommitAsync(transaction, at.Lost);
        if (result.Succeeded)
        {
            await feed.WaitForAsync(result.Revision, at.Lost);
        }

        return result.Succeeded;
    }

    private static string Say(TimeSpan time) => time < TimeSpan.FromHours(1) ? $"{(int)time.TotalMinutes} min" : $"{(int)time.TotalHours} h";

    /// <summary>Everything that one step is decided by.</summary>
    private sealed record Moment(
        NetworkView View, DateTimeOffset Now, StateEntry Entry, RegenerationRecord Record, StateEntry OldEntry, CellRecord Old, StateEntry SuccessorEntry, CellRecord Successor,
        LeaderTerm Term, CancellationToken Lost);
}
