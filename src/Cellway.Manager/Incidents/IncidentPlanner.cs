using Cellway.Manager.Audit;
using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Incidents;
using Cellway.Model.Regeneration;
using Cellway.Model.State;

namespace Cellway.Manager.Incidents;

/// <summary>Judges the network again and again, and writes down what changes.</summary>
/// <remarks>
/// It remembers nothing: since when something has been so is in the reports, what was made of it in the incidents. So the next leader
/// goes on with the same incidents, and judges as this one would have.
/// </remarks>
internal sealed class IncidentPlanner(IStateStore store, StateKeys keys, NetworkViewFeed feed, IncidentOptions options, TimeProvider time, IncidentLog log) : IPlanner
{
    private const int ForgottenTogether = 100;

    public string Name => "incidents";

    public async Task RunAsync(LeaderTerm term, CancellationToken lost)
    {
        while (true)
        {
            try
            {
                await StepAsync(term, lost);
            }
            catch (IOException e)
            {
                log.NotJudged(e); // whether something was written is seen when it is read again
            }

            await Task.Delay(options.JudgeEvery, time, lost);
        }
    }

    /// <summary>Judges once.</summary>
    internal async Task StepAsync(LeaderTerm term, CancellationToken lost)
    {
        var view = feed.Current;
        var now = time.GetUtcNow();
        var going = view.Incidents.Values.Where(i => i.State != IncidentState.Closed).ToDictionary(i => (i.Cell, i.Subject));
        foreach (var finding in IncidentDetector.Judge(NetworkPicture.Of(view), options, now))
        {
            var incident = going.GetValueOrDefault((finding.Cell, finding.Subject));
            if (IncidentRules.Next(incident, finding, options, now) is not null)
            {
                await WriteAsync(incident?.Id, finding, now, term, lost);
            }
        }

        foreach (var incident in going.Values.Where(i => IsGone(view, i.Cell)))
        {
            await CloseAsync(incident.Id, now, term, lost);
        }

        await ForgetAsync(view, now, term, lost);
    }

    private static bool IsGone(NetworkView view, string cell) =>
        (!view.Cells.TryGetValue(cell, out var record) || record.State == CellState.Retired)
        && !(view.Regenerations.TryGetValue(cell, out var regeneration) && !regeneration.Step.IsEnd()); // which closes it itself

    private async Task CloseAsync(string id, DateTimeOffset now, LeaderTerm term, CancellationToken lost)
    {
        if (await store.GetAsync(keys.Incident(id), lost) is { } entry && StateJson.Read<IncidentRecord>(entry) is { State: not IncidentState.Closed } incident)
        {
            var closed = incident.To(IncidentState.Closed, now, IncidentRules.Detector, "The cell is retired.");
            var result = await term.CommitAsync(Noted(new StateTransaction().Change(keys, entry, closed), closed, now), lost);
            await feed.WaitForAsync(result.Revision, lost);
        }
    }

    private async Task WriteAsync(string? id, Finding finding, DateTimeOffset now, LeaderTerm term, CancellationToken lost)
    {
        // By what is stored, not by what the view shows: an operator may have changed it a moment ago.
        var entry = id is null ? null : await store.GetAsync(keys.Incident(id), lost);
        var before = entry is null ? null : StateJson.Read<IncidentRecord>(entry);
        if (await store.GetAsync(keys.Cell(finding.Cell), lost) is not { } cell
            || StateJson.Read<CellRecord>(cell).State == CellState.Retired
            || IncidentRules.Next(before, finding, options, now) is not { } after)
        {
            return;
        }

        var transaction = new StateTransaction().Mark(cell, after);
        _ = entry is null ? transaction.Open(keys, after) : transaction.Change(keys, entry, after);
        var result = await term.CommitAsync(Noted(transaction, after, now), lost);
        if (result.Succeeded)
        {
            log.Changed(after.Id, after.Subject.ToString(), after.Cell, after.State.ToString(), after.Kind.ToString());
            await feed.WaitForAsync(result.Revision, lost);
        }
    }

    private StateTransaction Noted(StateTransaction transaction, IncidentRecord incident, DateTimeOffset now) => transaction.Note(keys, new()
    {
        At = now,
        Who = Actors.Planner(Name),
        What = $"incident {incident.State.ToString().ToLowerInvariant()}",
        Subject = StateKeys.Folders.Incidents + incident.Id,
        Detail = $"{incident.Kind} {incident.Subject} of {incident.Cell}",
    });

    private async Task ForgetAsync(NetworkView view, DateTimeOffset now, LeaderTerm term, CancellationToken lost)
    {
        var old = view.Incidents.Values
            .Where(i => i.State == IncidentState.Closed && now - i.StateSince >= options.KeepClosedFor)
            .Take(ForgottenTogether)
            .ToList();
        if (old.Count == 0)
        {
            return;
        }

        var transaction = new StateTransaction();
        foreach (var incident in old)
        {
            transaction.Delete(keys.Incident(incident.Id));
        }

        var result = await term.CommitAsync(transaction, lost);
        await feed.WaitForAsync(result.Revision, lost);
        log.Forgotten(old.Count);
    }
}
