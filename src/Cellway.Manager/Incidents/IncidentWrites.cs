using System.Text;
using Cellway.Model.Cells;
using Cellway.Model.Incidents;
using Cellway.Model.State;

namespace Cellway.Manager.Incidents;

/// <summary>How an incident and what it means for its cell come into the state: in one transaction.</summary>
internal static class IncidentWrites
{
    /// <summary>Adds the writes of a new incident. It is not written if there is one of this cell and subject that is not closed.</summary>
    public static StateTransaction Open(this StateTransaction transaction, StateKeys keys, IncidentRecord incident) => transaction
        .Create(keys.Incident(incident.Id), StateJson.Write(incident))
        .Create(keys.OpenIncident(incident.Cell, incident.Subject), Encoding.ASCII.GetBytes(incident.Id));

    /// <summary>Adds the writes of a changed one; closing it makes room for the next.</summary>
    public static StateTransaction Change(this StateTransaction transaction, StateKeys keys, StateEntry read, IncidentRecord after)
    {
        transaction.Replace(read, StateJson.Write(after));
        return after.State == IncidentState.Closed && StateJson.Read<IncidentRecord>(read).State != IncidentState.Closed ? transaction.Delete(keys.OpenIncident(after.Cell, after.Subject)) : transaction;
    }

    /// <summary>The cell as routes and subscriptions are to see it while the incident is as it is.</summary>
    public static CellRecord Marked(CellRecord cell, IncidentRecord incident)
    {
        DateTimeOffset? blocked = incident.State == IncidentState.Open && incident.Kind.Closes() ? incident.BeganAt : null;
        return incident.Subject switch
        {
            IncidentSubject.ExitDomain => cell with { ExitBlockedSince = blocked is null ? null : cell.ExitBlockedSince ?? blocked },
            IncidentSubject.EntryDomain => cell with { EntryBlockedSince = blocked is null ? null : cell.EntryBlockedSince ?? blocked },
            _ => cell,
        };
    }

    /// <summary>Adds what the incident means for its cell; requires the cell to be as it was read.</summary>
    public static StateTransaction Mark(this StateTransaction transaction, StateEntry cell, IncidentRecord incident)
    {
        var before = StateJson.Read<CellRecord>(cell);
        var after = Marked(before, incident);
        return after == before ? transaction.Require(cell.Key, cell.ModRevision) : transaction.Replace(cell, StateJson.Write(after));
    }
}
