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

    /// <summary>Since when the domain serves most Entries; <see langword="null"/> when it does not, or nobody says anything.</summary>
    public DateTimeOffset? ServesMostSince { get; init; }

    /// <summary>Since when it has served the last of those that it serves.</summary>
    public DateTimeOffset? ServesLastSince { get; init; }

    /// <summary>Since when it is not slow for most either.</summary>
    public DateTimeOffset? WellForMostSince { get; init; }

    public string Explanation { get; init; } = "";

    public IReadOnlyList<IncidentWitness> Witnesses { get; init; } = [];

    /// <summary>Since when what an incident of this kind says is no longer so.</summary>
    public DateTimeOffset? OverSince(IncidentKind kind) => kind switch
    {
        IncidentKind.Slow => WellForMostSince,
        IncidentKind.BlockedInPlaces => ServesMostSince is null ? null : ServesLastSince,
        _ => ServesMostSince,
    };
}
