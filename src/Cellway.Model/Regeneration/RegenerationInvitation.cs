namespace Cellway.Model.Regeneration;

/// <summary>A participant of the old cell, who is to bring Cores to the new one.</summary>
public sealed record RegenerationInvitation
{
    /// <summary>Who.</summary>
    public required string Participant { get; init; }

    /// <summary>How many Cores they had.</summary>
    public required int Cores { get; init; }

    /// <summary>Ids of the join tokens made for them, newest last.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = [];
}
