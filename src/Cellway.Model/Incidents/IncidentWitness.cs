namespace Cellway.Model.Incidents;

/// <summary>What one Entry saw, when the incident was last judged anew.</summary>
public sealed record IncidentWitness
{
    /// <summary>The Entry.</summary>
    public required string Entry { get; init; }

    /// <summary>The network it stands in, when it was told.</summary>
    public string? Network { get; init; }

    /// <summary>What it saw, like <c>unreachable: 4 of 4 Cores</c>.</summary>
    public required string Saw { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Whether that speaks for the incident.</summary>
    public required bool Affected { get; init; }
}
