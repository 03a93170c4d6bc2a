namespace Cellway.Model.Incidents;

/// <summary>One line of an incident's timeline.</summary>
public sealed record IncidentEvent
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who: <c>detector</c>, <c>regeneration</c>, or <c>operator</c> with an id.</summary>
    public required string By { get; init; }

    /// <summary>What, in one line for people.</summary>
    public required string What { get; init; }
}
