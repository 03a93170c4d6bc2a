using Cellway.Model.State;

namespace Cellway.Model.Incidents;

/// <summary>A recorded compromise of a cell or of one of its domains.</summary>
/// <remarks>Of one cell and subject at most one is not closed: an index key with the open one's id makes that so.</remarks>
public sealed record IncidentRecord : IStateRecord
{
    /// <summary>The most events a timeline has. Beyond it the oldest after the first <see cref="FirstEvents"/> are left out, and counted.</summary>
    public const int MaxEvents = 200;

    /// <summary>How many of the first events are never left out: they say how it began.</summary>
    public const int FirstEvents = 20;

    /// <summary>The most witnesses that are kept.</summary>
    public const int MaxWitnesses = 50;

    private const int MaxEventLength = 500;

    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>Its id; random.</summary>
    public required string Id { get; init; }

    /// <summary>The cell.</summary>
    public required string Cell { get; init; }

    /// <summary>What of it.</summary>
    public required IncidentSubject Subject { get; init; }

    /// <summary>The domain, if it is about one.</summary>
    public string? Domain { get; init; }

    /// <summary>What has happened.</summary>
    public required IncidentKind Kind { get; init; }

    /// <summary>Where it stands.</summary>
    public required IncidentState State { get; init; }

    /// <summary>Since when it stands there.</summary>
    public required DateTimeOffset StateSince { get; init; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>Since when it goes on, as far as the Entries have seen.</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>An operator has said so, and only an operator ends it.</summary>
    public bool HeldByOperator { get; init; }

    /// <summary>Which rule found it with which numbers, or the operator's reason.</summary>
    public required string Explanation { get; init; }

    /// <summary>Which Entries saw what.</summary>
    public IReadOnlyList<IncidentWitness> Witnesses { get; init; } = [];

    /// <summary>What has happened since, oldest first.</summary>
    public required IReadOnlyList<IncidentEvent> Timeline { get; init; }

    /// <summary>How many events were left out after the first ones.</summary>
    public int OmittedEvents { get; init; }

    /// <summary>The record with one more event.</summary>
    public IncidentRecord With(DateTimeOffset at, string by, string what)
    {
        ArgumentNullException.ThrowIfNull(what);
        List<IncidentEvent> timeline = [.. Timeline, new() { At = at, By = by, What = what.Length <= MaxEventLength ? what : what[..MaxEventLength] }];
        if (timeline.Count <= MaxEvents)
        {
            return this with { Timeline = timeline };
        }

        timeline.RemoveAt(FirstEvents);
        return this with { Timeline = timeline, OmittedEvents = OmittedEvents + 1 };
    }

    /// <summary>The record in another state, with the event that says why.</summary>
    public IncidentRecord To(IncidentState state, DateTimeOffset at, string by, string what) =>
        With(at, by, what) with { State = state, StateSince = at };
}
