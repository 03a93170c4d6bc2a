namespace Cellway.Model.Incidents;

/// <summary>What has happened, from the mildest to the worst. The names are stored; never rename them.</summary>
public enum IncidentKind
{
    /// <summary>Most Entries find the domain slow, and no other one.</summary>
    Slow = 1,

    /// <summary>Some Entries do not get through to the domain, and others do.</summary>
    BlockedInPlaces = 2,

    /// <summary>Connections to the domain freeze after some kilobytes.</summary>
    Stalls = 3,

    /// <summary>Nothing gets through to the domain.</summary>
    Blocked = 4,

    /// <summary>An operator says so.</summary>
    Compromised = 5,
}

/// <summary>What a kind means.</summary>
public static class IncidentKinds
{
    /// <summary>Whether the domain is of no use as long as it lasts, so that routes and subscriptions keep away from it.</summary>
    public static bool Closes(this IncidentKind kind) => kind >= IncidentKind.Stalls;
}
