using Cellway.Model.State;

namespace Cellway.Model.Health;

/// <summary>What one Entry finds of the network around it. It lives by the lease of the Entry's session, and is written only when a verdict changes.</summary>
/// <remarks>
/// A Core or a cell without a verdict has not been tried yet, or not for a long time. Whose record is not there is not attached: what
/// it saw before says nothing about now.
/// </remarks>
public sealed record EntryReportRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The Entry.</summary>
    public required string Entry { get; init; }

    /// <summary>The network that the Entry stands in, as its operator calls it (a provider, a country); <see langword="null"/> when it was not told.</summary>
    public string? SourceNetwork { get; init; }

    /// <summary>Its verdicts about Cores, by their ids.</summary>
    public required IReadOnlyDictionary<string, CoreReachReport> Cores { get; init; }

    /// <summary>How clients come in, by cells.</summary>
    public required IReadOnlyDictionary<string, CellArrivalsReport> Cells { get; init; }
}
