using System.Text;
using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Identities;
using Cellway.Model.Incidents;
using Cellway.Model.Regeneration;
using Cellway.Model.State;

namespace Cellway.Manager.Incidents;

/// <summary>What an operator says about a cell counts more than what the detector finds: it is written at once, and only an operator takes it back.</summary>
/// <remarks>Each is one transaction that requires everything it was decided by, and is decided anew when another writer came first.</remarks>
internal sealed class OperatorsWord(NetworkWriter writer, NetworkViewFeed feed, TimeProvider time, IncidentLog log)
{
    private const int MaxReason = 300;

    private StateKeys Keys => writer.Keys;

    /// <exception cref="AdminException">There is no such cell, it is retired, or it is the last one.</exception>
    public async Task<IncidentRecord> CompromiseAsync(string id, CellCompromise said, string @operator, CancellationToken cancellationToken)
    {
        var reason = ReasonOf(said.Reason) ?? throw AdminException.Invalid("Say why, in one line: --reason “…”. It goes on the incident's timeline.");
        var subject = said.Domain switch
        {
            null => IncidentSubject.Cell,
            "entry" => IncidentSubject.EntryDomain,
            "exit" => IncidentSubject.ExitDomain,
            _ => throw AdminException.Invalid($"“{said.Domain}” is not a domain of a cell: use entry or exit, or leave it out for the whole cell."),
        };
        while (true)
        {
            var (entry, cell) = await RequireCellAsync(id, cancellationToken);
            var transaction = new StateTransaction();
            if (subject == IncidentSubject.Cell)
            {
                await RequireAnotherAsync(transaction, id, said.EvenIfLast, cancellationToken);
            }

            var now = time.GetUtcNow();
            var going = await FindGoingAsync(id, subject, cancellationToken);
            var before = going is null ? null : StateJson.Read<IncidentRecord>(going);
            var after = (before ?? New(cell, subject, now)) with
            {
                Kind = IncidentKind.Compromised,
                State = IncidentState.Open,
                StateSince = before is { State: IncidentState.Open } ? before.StateSince : now,
                HeldByOperator = true,
                Explanation = $"An operator says so: {reason}",
            };
            after = after.With(now, $"operator {@operator}", $"{(subject == IncidentSubject.Cell ? "The cell" : $"The {said.Domain} domain")} is compromised: {reason}");
            _ = going is null ? transaction.Open(Keys, after) : transaction.Change(Keys, going, after);
            var marked = IncidentWrites.Marked(cell, after);
            transaction.Replace(entry, StateJson.Write(subject == IncidentSubject.Cell ? marked with { State = CellState.Compromised } : marked));
            if (await writer.TryCommitAsync(transaction, cancellationToken))
            {
                log.Changed(after.Id, after.Subject.ToString(), after.Cell, after.State.ToString(), after.Kind.ToString());
                return after;
            }
        }
    }

    /// <summary>Closes everything that is going on in the cell.</summary>
    /// <exception cref="AdminException">There is no such cell, or it cannot be taken back any more.</exception>
    public async Task<IReadOnlyList<IncidentRecord>> RecoverAsync(string id, string @operator, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (entry, cell) = await RequireCellAsync(id, cancellationToken);
            await RequireNoRegenerationAsync(id, cancellationToken);
            var transaction = new StateTransaction();
            List<IncidentRecord> closed = [];
            foreach (var subject in Enum.GetValues<IncidentSubject>())
            {
                if (await FindGoingAsync(id, subject, cancellationToken) is { } going)
                {
                    closed.Add(StateJson.Read<IncidentRecord>(going).To(IncidentState.Closed, time.GetUtcNow(), $"operator {@operator}", "The cell has recovered."));
                    transaction.Change(Keys, going, closed[^1]);
                }
            }

            var recovered = cell with
            {
                State = cell.State == CellState.Compromised ? CellState.Active : cell.State,
                ExitBlockedSince = null,
                EntryBlockedSince = null,
            };
            transaction.Replace(entry, StateJson.Write(recovered));
            if (await writer.TryCommitAsync(transaction, cancellationToken))
            {
                return closed;
            }
        }
    }

    /// <exception cref="AdminException">There is no such incident, it is closed, or something else ends it.</exception>
    public async Task<IncidentRecord> CloseAsync(string id, IncidentClosing closing, string @operator, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = await writer.FindAsync(Keys.Incident, id, cancellationToken) ?? throw NoSuchIncident(id);
            var before = StateJson.Read<IncidentRecord>(entry);
            if (before.State == IncidentState.Closed)
            {
                throw AdminException.Conflict($"The incident {id} has been closed already.");
            }

            if (feed.Current.Regenerations.TryGetValue(before.Cell, out var regeneration) && regeneration.Incident == id && !regeneration.Step.IsEnd())
            {
                throw AdminException.Conflict($"The incident {id} tells the regeneration of {before.Cell}, and is closed when that ends: see “cellway cell regenerate {before.Cell} --status”.");
            }

            var note = ReasonOf(closing.Note);
            var after = before.To(IncidentState.Closed, time.GetUtcNow(), $"operator {@operator}", note is null ? "Closed." : $"Closed: {note}");
            var transaction = new StateTransaction().Change(Keys, entry, after);
            if (await writer.FindAsync(Keys.Cell, before.Cell, cancellationToken) is { } cell)
            {
                if (before.Subject == IncidentSubject.Cell && StateJson.Read<CellRecord>(cell).State == CellState.Compromised)
                {
                    throw AdminException.Conflict($"The cell {before.Cell} is compromised: “cellway cell recover {before.Cell}” if it is well again, or “cellway cell regenerate {before.Cell}”.");
                }

                transaction.Mark(cell, after);
            }

            if (await writer.TryCommitAsync(transaction, cancellationToken))
            {
                return after;
            }
        }
    }

    public static AdminException NoSuchIncident(string id) => AdminException.NotFound($"There is no incident {id}: see “cellway incident list --all”.");

    private static string? ReasonOf(string? text)
    {
        var line = text?.Trim();
        return line is not { Length: > 0 } ? null
            : line.Length <= MaxReason && !line.Any(char.IsControl) ? line
            : throw AdminException.Invalid($"A reason is one line of at most {MaxReason} characters.");
    }

    private static IncidentRecord New(CellRecord cell, IncidentSubject subject, DateTimeOffset now) => new()
    {
        Id = Names.NewId(),
        Cell = cell.Id,
        Subject = subject,
        Domain = subject switch { IncidentSubject.EntryDomain => cell.EntryDomain, IncidentSubject.ExitDomain => cell.ExitDomain, _ => null },
        Kind = IncidentKind.Compromised,
        State = IncidentState.Open,
        StateSince = now,
        OpenedAt = now,
        BeganAt = now,
        Explanation = "",
        Timeline = [],
    };

    private async Task<(StateEntry Entry, CellRecord Cell)> RequireCellAsync(string id, CancellationToken cancellationToken)
    {
        var entry = await writer.FindAsync(Keys.Cell, id, cancellationToken) ?? throw AdminException.NotFound($"There is no cell {id}: see “cellway cell list”.");
        var cell = StateJson.Read<CellRecord>(entry);
        return cell.State != CellState.Retired ? (entry, cell) : throw AdminException.Conflict($"The cell {id} is retired: nothing more can happen to it.");
    }

    // Required as it was read: of two operators who give up the last two cells at once, one is told.
    private async Task RequireAnotherAsync(StateTransaction transaction, string id, bool evenIfLast, CancellationToken cancellationToken)
    {
        foreach (var other in feed.Current.Cells.Values.Where(c => c.Id != id && c.State == CellState.Active).OrderBy(c => c.Id, StringComparer.Ordinal))
        {
            if (await writer.FindAsync(Keys.Cell, other.Id, cancellationToken) is { } entry && StateJson.Read<CellRecord>(entry).State == CellState.Active)
            {
                transaction.Require(entry.Key, entry.ModRevision);
                return;
            }
        }

        if (!evenIfLast)
        {
            throw AdminException.Conflict(
                $"{id} is the last active cell: its devices would have nowhere to go. Make another cell first (“cellway cell create”, or “cellway cell regenerate {id}”), or say --even-if-last.");
        }
    }

    private async Task RequireNoRegenerationAsync(string id, CancellationToken cancellationToken)
    {
        if (await writer.FindAsync(Keys.Regeneration, id, cancellationToken) is { } entry
            && StateJson.Read<RegenerationRecord>(entry) is { Step: not (RegenerationStep.Done or RegenerationStep.Undone) } running)
        {
            throw AdminException.Conflict($"{id} is being replaced by {running.Successor}: undo that first, with “cellway cell regenerate {id} --undo”.");
        }
    }

    /// <returns>The incident of this cell and subject that is not closed.</returns>
    private async Task<StateEntry?> FindGoingAsync(string cell, IncidentSubject subject, CancellationToken cancellationToken) =>
        await writer.Store.GetAsync(Keys.OpenIncident(cell, subject), cancellationToken) is { } index
            ? await writer.Store.GetAsync(Keys.Incident(Encoding.ASCII.GetString(index.Value.Span)), cancellationToken)
            : null;
}
