using Cellway.Model.Cells;
using Cellway.Model.State;

namespace Cellway.Model.Regeneration;

/// <summary>The replacement of a cell by a new one. There is one key per old cell, so that two cannot run at once.</summary>
/// <remarks>Everything that the next leader needs to go on is here: each step is one transaction that writes this record too.</remarks>
public sealed record RegenerationRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The cell that is replaced.</summary>
    public required string Cell { get; init; }

    /// <summary>The cell that replaces it.</summary>
    public required string Successor { get; init; }

    /// <summary>The incident whose timeline tells it.</summary>
    public required string Incident { get; init; }

    /// <summary>Where it stands.</summary>
    public required RegenerationStep Step { get; init; }

    /// <summary>Since when it stands there.</summary>
    public required DateTimeOffset StepSince { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Who began it.</summary>
    public required string StartedBy { get; init; }

    /// <summary>What the old cell was before, for undoing.</summary>
    public required CellState StateBefore { get; init; }

    /// <summary>How many Cores of the new cell must be ready before devices move.</summary>
    public required int ReadyCores { get; init; }

    /// <summary>How many devices move at most in a second.</summary>
    public required int DevicesPerSecond { get; init; }

    /// <summary>How long the old cell stays after the last device has moved.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>The participants of the old cell.</summary>
    public required IReadOnlyList<RegenerationInvitation> Invitations { get; init; }

    /// <summary>How many moves of devices there have been, back and forth counted apart.</summary>
    public long Moved { get; init; }

    /// <summary>Why it does not go on, if something holds it up; for people.</summary>
    public string? HeldUpBy { get; init; }
}
