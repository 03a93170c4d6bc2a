namespace Cellway.Model.Health;

/// <summary>How new sessions of clients come in at an Entry, beside its own recent normal. The names are stored; never rename them.</summary>
public enum Arrivals
{
    /// <summary>About as many as usual.</summary>
    Normal = 1,

    /// <summary>Far fewer than usual, although the Entry itself is well: clients do not get here any more.</summary>
    Collapsed = 2,

    /// <summary>So few at any time that their absence says nothing.</summary>
    Idle = 3,
}
