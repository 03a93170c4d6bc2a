namespace Cellway.Model.Health;

/// <summary>How the clients of one cell come in at one Entry.</summary>
public sealed record CellArrivalsReport
{
    /// <summary>The name that those clients ask for: what a censor on the way sees.</summary>
    public required string EntryDomain { get; init; }

    /// <summary>The verdict.</summary>
    public required Arrivals Arrivals { get; init; }

    /// <summary>Since when, by management's clock.</summary>
    public required DateTimeOffset Since { get; init; }
}
