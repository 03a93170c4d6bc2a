using System.Text;
using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.Cells;
using Cellway.Manager.Incidents;
using Cellway.Manager.Rotation;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Identities;
using Cellway.Model.Incidents;
using Cellway.Model.Nodes;
using Cellway.Model.Regeneration;
using Cellway.Model.State;

namespace Cellway.Manager.Regeneration;

/// <summary>What operators ask of regenerations. Each is one transaction that requires everything it was decided by; the planner does the rest.</summary>
internal sealed class RegenerationRequests(NetworkWriter writer, NetworkViewFeed feed, NetworkAuthority authority, RotationPlan rotation, TimeProvider time)
{
    private const int DefaultDevicesPerSecond = 200;

    private static readonly TimeSpan DefaultGrace = TimeSpan.FromHours(72); // as long as replaced service names are accepted
    private static readonly TimeSpan MaxGrace = TimeSpan.FromDays(30);

    private StateKeys Keys => writer.Keys;

    /// <summary>Begins one: makes the new cell, forming, and writes down what is to happen.</summary>
    /// <exception cref="AdminException">It cannot begin; the message says why.</exception>
    public async Task<RegenerationRecord> BeginAsync(string id, NewRegeneration wanted, string @operator, CancellationToken cancellationToken)
    {
        CheckNumbers(wanted.ReadyCores, wanted.DevicesPerSecond, wanted.Grace);
        while (true)
        {
            var (cellEntry, cell) = await RequireReplaceableAsync(id, cancellationToken);
            var running = await writer.FindAsync(Keys.Regeneration, id, cancellationToken);
            if (running is not null && StateJson.Read<RegenerationRecord>(running) is { } other && !other.Step.IsEnd())
            {
                throw AdminException.Conflict(
                    $"{id} is being replaced by {other.Successor} already, since {other.StartedAt:yyyy-MM-dd HH:mm}Z by operator {other.StartedBy}: see “cellway cell regenerate {id} --status”, or undo that first.");
            }

            var transaction = new StateTransaction().Require(cellEntry.Key, cellEntry.ModRevision);
            var successor = wanted.Into is null
                ? await CreateSuccessorAsync(transaction, id, wanted, cancellationToken)
                : await RequireFormingAsync(transaction, wanted, id, cancellationToken);
            var now = time.GetUtcNow();
            var record = new RegenerationRecord
            {
                Cell = id,
                Successor = successor.Id,
                Incident = "",
                Step = RegenerationStep.Forming,
                StepSince = now,
                StartedAt = now,
                StartedBy = @operator,
                StateBefore = cell.State,
                ReadyCores = wanted.ReadyCores ?? Math.Max(1, (CoresOf(id).Count + 1) / 2),
                DevicesPerSecond = wanted.DevicesPerSecond ?? DefaultDevicesPerSecond,
                Grace = wanted.Grace ?? DefaultGrace,
                Invitations = [.. CoresOf(id).CountBy(n => n.Participant).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => new RegenerationInvitation { Participant = p.Key, Cores = p.Value })],
            };
            var told = await TellAsync(transaction, record, cell, now, $"operator {@operator}", cancellationToken);
            _ = running is null ? transaction.Create(Keys.Regeneration(id), StateJson.Write(told)) : transaction.Replace(running, StateJson.Write(told));
            if (await writer.TryCommitAsync(transaction, cancellationToken))
            {
                return told;
            }
        }
    }

    /// <summary>Changes how fast and how long.</summary>
    /// <exception cref="AdminException">There is none under way.</exception>
    public Task<RegenerationRecord> ChangeAsync(string id, RegenerationChange change, string @operator, CancellationToken cancellationToken)
    {
        CheckNumbers(change.ReadyCores, change.DevicesPerSecond, change.Grace);
        return ApplyAsync(
            id,
            record =>
            {
                RequireUndoable(record);
                return record with
                {
                    ReadyCores = change.ReadyCores ?? record.ReadyCores,
                    DevicesPerSecond = change.DevicesPerSecond ?? record.DevicesPerSecond,
                    Grace = change.Grace ?? record.Grace,
                };
            },
            (_, after) => $"Now {after.ReadyCores} Cores must be ready, {after.DevicesPerSecond} devices a second move, and the grace is {after.Grace}.",
            $"operator {@operator}",
            cancellationToken);
    }

    /// <summary>Turns it around: devices go back, and the new cell is forming again.</summary>
    /// <exception cref="AdminException">There is none under way, or there is no way back.</exception>
    public Task<RegenerationRecord> UndoAsync(string id, string @operator, CancellationToken cancellationToken) => ApplyAsync(
        id,
        record =>
        {
            if (record.Step == RegenerationStep.Undoing)
            {
                return record;
            }

            RequireUndoable(record);
            return record with { Step = RegenerationStep.Undoing, StepSince = time.GetUtcNow(), HeldUpBy = null };
        },
        (_, _) => "The regeneration is being undone.",
        $"operator {@operator}",
        cancellationToken);

    internal async Task<(StateEntry Entry, RegenerationRecord Record)> RequireAsync(string id, CancellationToken cancellationToken)
    {
        var entry = await writer.FindAsync(Keys.Regeneration, id, cancellationToken)
            ?? throw AdminException.NotFound($"{id} is not being replaced: begin with “cellway cell regenerate {id} --entry-domain … --exit-domain …”.");
        return (entry, StateJson.Read<RegenerationRecord>(entry));
    }

    internal static void RequireUndoable(RegenerationRecord record)
    {
        if (!record.Step.CanBeUndone())
        {
            throw AdminException.Conflict(record.Step switch
            {
                RegenerationStep.Undone => $"The regeneration of {record.Cell} has been undone.",
                RegenerationStep.Undoing => $"The regeneration of {record.Cell} is being undone.",
                _ => $"{record.Cell} is retired and its nodes are revoked: there is no way back. {record.Successor} has taken its place.",
            });
        }
    }

    private static void CheckNumbers(int? readyCores, int? devicesPerSecond, TimeSpan? grace)
    {
        List<string> wrong = [];
        if (readyCores is < 1 or > 1000)
        {
            wrong.Add("the Cores that must be ready are 1 to 1,000");
        }

        if (devicesPerSecond is < 1 or > 10_000)
        {
            wrong.Add("the devices that move in a second are 1 to 10,000");
        }

        if (grace < TimeSpan.Zero || grace > MaxGrace)
        {
            wrong.Add("the grace is from 0 to 30 days");
        }

        if (wrong.Count > 0)
        {
            throw AdminException.Invalid($"That cannot be: {string.Join("; ", wrong)}.");
        }
    }

    private List<NodeRecord> CoresOf(string cell) => [.. feed.Current.Nodes.Values.Where(n => n.Role == Role.Core && n.Cell == cell && n.State != NodeState.Revoked)];

    private async Task<(StateEntry Entry, CellRecord Cell)> RequireReplaceableAsync(string id, CancellationToken cancellationToken)
    {
        var entry = await writer.FindAsync(Keys.Cell, id, cancellationToken) ?? throw AdminException.NotFound($"There is no cell {id}: see “cellway cell list”.");
        var cell = StateJson.Read<CellRecord>(entry);
        if (cell.State is CellState.Retired or CellState.Forming)
        {
            throw AdminException.Conflict(cell.State == CellState.Retired
                ? $"The cell {id} is retired: there is nothing left to replace."
                : $"The cell {id} is forming and carries no devices: make another one with “cellway cell create”.");
        }

        return feed.Current.Regenerations.Values.FirstOrDefault(r => r.Successor == id && !r.Step.IsEnd()) is { } taking
            ? throw AdminException.Conflict($"The cell {id} is just replacing {taking.Cell}: let that end, or undo it, first.")
            : (entry, cell);
    }

    private async Task<CellRecord> CreateSuccessorAsync(StateTransaction transaction, string id, NewRegeneration wanted, CancellationToken cancellationToken)
    {
        if (wanted.EntryDomain is null || wanted.ExitDomain is null)
        {
            throw AdminException.Invalid("The new cell needs two new domains: give --entry-domain and --exit-domain, or --into a cell that is forming.");
        }

        var name = wanted.Name ?? FreeName(id);
        var successor = CellWrites.Create(
            transaction, Keys, new(name, wanted.EntryDomain, wanted.ExitDomain, wanted.EntryAddresses), rotation, key => authority.SealWebKey(key), time, CellState.Forming);
        foreach (var domain in new[] { wanted.EntryDomain, wanted.ExitDomain })
        {
            if (await writer.Store.GetAsync(Keys.Domain(domain), cancellationToken) is { } taken)
            {
                throw AdminException.Conflict($"The domain {domain} is that of the cell {Encoding.ASCII.GetString(taken.Value.Span)}: a new cell needs domains that were never used.");
            }
        }

        return await writer.FindAsync(Keys.Cell, name, cancellationToken) is null
            ? successor
            : throw AdminException.Conflict($"There is a cell {name} already: give the new one another name with --name, or say --into {name} if it is forming.");
    }

    private async Task<CellRecord> RequireFormingAsync(StateTransaction transaction, NewRegeneration wanted, string id, CancellationToken cancellationToken)
    {
        if ((wanted.EntryDomain ?? wanted.ExitDomain ?? wanted.Name) is not null || wanted.EntryAddresses is { Count: > 0 })
        {
            throw AdminException.Invalid("A cell that is there has its name, domains and addresses: give --into alone, or none of it.");
        }

        var entry = await writer.FindAsync(Keys.Cell, wanted.Into, cancellationToken) ?? throw AdminException.NotFound($"There is no cell {wanted.Into}: see “cellway cell list”.");
        var cell = StateJson.Read<CellRecord>(entry);
        if (cell.State != CellState.Forming || feed.Current.Regenerations.Values.Any(r => r.Successor == cell.Id && r.Cell != id && !r.Step.IsEnd()))
        {
            throw AdminException.Conflict($"The cell {cell.Id} is {(cell.State == CellState.Forming ? "taken by another regeneration" : cell.State.ToString().ToLowerInvariant())}: only one that is forming can replace another.");
        }

        transaction.Replace(entry, entry.Value); // so that two regenerations cannot take it at once
        return cell;
    }

    private string FreeName(string id)
    {
        var dash = id.LastIndexOf('-');
        var (stem, number) = dash > 0 && int.TryParse(id.AsSpan(dash + 1), System.Globalization.NumberStyles.None, null, out var last) && last < 1_000_000 ? (id[..dash], last) : (id, 1);
        string name;
        do
        {
            var suffix = $"-{++number}";
            name = stem[..Math.Min(stem.Length, Names.MaxLength - suffix.Length)] + suffix;
        }
        while (feed.Current.Cells.ContainsKey(name));
        return name;
    }

    /// <summary>On the timeline of what is going on in the cell, the worst of it; or of an incident of its own.</summary>
    private async Task<RegenerationRecord> TellAsync(
        StateTransaction transaction, RegenerationRecord record, CellRecord cell, DateTimeOffset now, string by, CancellationToken cancellationToken)
    {
        var what = $"{record.Successor} is to replace the cell, once {record.ReadyCores} of its Cores are ready; {record.DevicesPerSecond} devices a second then move there.";
        foreach (var subject in new[] { IncidentSubject.Cell, IncidentSubject.ExitDomain, IncidentSubject.EntryDomain })
        {
            if (await writer.Store.GetAsync(Keys.OpenIncident(cell.Id, subject), cancellationToken) is { } index)
            {
                var told = record with { Incident = Encoding.ASCII.GetString(index.Value.Span) };
                transaction.Require(index.Key, index.ModRevision);
                await RegenerationTimeline.TellAsync(transaction, writer.Store, Keys, told, now, by, what, null, cancellationToken);
                return told;
            }
        }

        var incident = new IncidentRecord
        {
            Id = Names.NewId(),
            Cell = cell.Id,
            Subject = IncidentSubject.Cell,
            Kind = IncidentKind.Compromised,
            State = IncidentState.Open,
            StateSince = now,
            OpenedAt = now,
            BeganAt = now,
            HeldByOperator = true,
            Explanation = "An operator replaces the cell.",
            Timeline = [],
        }.With(now, by, what);
        transaction.Open(Keys, incident);
        return record with { Incident = incident.Id };
    }

    private async Task<RegenerationRecord> ApplyAsync(
        string id, Func<RegenerationRecord, RegenerationRecord> change, Func<RegenerationRecord, RegenerationRecord, string> say, string by, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (entry, before) = await RequireAsync(id, cancellationToken);
            var after = change(before);
            if (after == before)
            {
                return before;
            }

            var transaction = new StateTransaction().Replace(entry, StateJson.Write(after));
            if (after.Step == RegenerationStep.Undoing && before.Step == RegenerationStep.Waiting && await writer.FindAsync(Keys.Cell, id, cancellationToken) is { } cell)
            {
                // Waiting has closed it to new devices; what it was before, it is again.
                transaction.Replace(cell, StateJson.Write(StateJson.Read<CellRecord>(cell) with { State = before.StateBefore }));
            }

            await RegenerationTimeline.TellAsync(transaction, writer.Store, Keys, after, time.GetUtcNow(), by, say(before, after), null, cancellationToken);
            if (await writer.TryCommitAsync(transaction, cancellationToken))
            {
                return after;
            }
        }
    }
}
