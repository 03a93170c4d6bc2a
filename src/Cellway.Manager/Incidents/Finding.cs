using Cellway.Model.Incidents;

namespace Cellway.Manager.Incidents;

/// <summary>What the detector makes of one domain of one cell at one moment.</summary>
internal sealed record Finding
{
    public required string Cell { get; init; }

    public required IncidentSubject Subject { get; init; }

    public required string Domain { get; init; }

    /// <summary>What is wrong; <see langword="null"/> when nothing is, or nothing can be said.</summary>
    public IncidentKind? Kind { get; init; }

    /// <summary>Since when that is so.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Since when most Entries have found the domain well; <see langword="null"/> when they do not, or too few say anything.</summary>
    public DateTimeOffset? MostlyWellSince { get; init; }

    public string Explanation { get; init; } = "";

    public IReadOnlyList<IncidentWitness> Witnesses { get; init; } = [];
}
