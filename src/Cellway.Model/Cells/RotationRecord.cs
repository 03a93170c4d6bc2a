using Cellway.Model.State;

namespace Cellway.Model.Cells;

/// <summary>The service names of one cell: those that live, and those that are planned.</summary>
/// <remarks>Apart from <see cref="CellRecord"/>, because it changes every hour and nothing else of a cell does.</remarks>
public sealed record RotationRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The cell's id.</summary>
    public required string Cell { get; init; }

    /// <summary>Names that Entries accept from clients, the newest last.</summary>
    public required IReadOnlyList<ServiceName> EntryNames { get; init; }

    /// <summary>Names that Cores accept from Entries, the newest last.</summary>
    public required IReadOnlyList<ServiceName> ExitNames { get; init; }

    /// <summary>Throws when it cannot have been planned: nothing may follow from it.</summary>
    /// <exception cref="InvalidDataException">A hop has no name, or one that is not a name.</exception>
    public void EnsureSound()
    {
        if (!IsSound(EntryNames) || !IsSound(ExitNames))
        {
            throw new InvalidDataException($"The service names of cell {Cell} are none.");
        }
    }

    private static bool IsSound(IReadOnlyList<ServiceName>? names) => names is [_, ..] && names.All(n => !string.IsNullOrEmpty(n?.Name));
}
