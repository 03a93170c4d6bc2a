namespace Cellway.Model.Incidents;

/// <summary>What of a cell an incident is about. The names are stored; never rename them.</summary>
public enum IncidentSubject
{
    /// <summary>All of it: a node was taken, or it is being replaced.</summary>
    Cell = 1,

    /// <summary>The domain that clients see.</summary>
    EntryDomain = 2,

    /// <summary>The domain that Entries send to its Cores.</summary>
    ExitDomain = 3,
}
