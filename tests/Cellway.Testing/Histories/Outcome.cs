namespace Cellway.Testing.Histories;

/// <summary>What became of an operation, as far as its caller knows.</summary>
public enum Outcome
{
    /// <summary>Acknowledged: it has happened.</summary>
    Done,

    /// <summary>Refused: it has not happened and never will.</summary>
    Refused,

    /// <summary>No answer: it has happened, will happen or never will.</summary>
    Unknown,
}
