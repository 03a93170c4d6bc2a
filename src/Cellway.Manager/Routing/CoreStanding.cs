namespace Cellway.Manager.Routing;

/// <summary>What an attached Core may carry.</summary>
internal enum CoreStanding
{
    /// <summary>New sessions: an Entry has reached it, and Entries do.</summary>
    Usable,

    /// <summary>Nothing yet: no Entry has reached it. It is told its routes already.</summary>
    Joining,

    /// <summary>Nothing that can go elsewhere: Entries have ceased to reach it.</summary>
    Out,

    /// <summary>The sessions it has: its operator wants it to end.</summary>
    Draining,
}
