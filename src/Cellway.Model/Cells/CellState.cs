namespace Cellway.Model.Cells;

/// <summary>Where a cell stands. The names are stored; never rename them.</summary>
public enum CellState
{
    /// <summary>Being set up: nodes may join, no device is placed here.</summary>
    Forming = 1,

    /// <summary>Carries its devices.</summary>
    Active = 2,

    /// <summary>A domain of it is blocked or a node was taken: its devices are moving out.</summary>
    Compromised = 3,

    /// <summary>Gone for good.</summary>
    Retired = 4,
}
