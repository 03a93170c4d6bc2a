namespace Cellway.Testing.Histories;

/// <summary>All that clients, watches and replicas said, and the store's own history beside it.</summary>
public sealed record History
{
    public IReadOnlyList<WriteOperation> Writes { get; init; } = [];

    public IReadOnlyList<EnrollOperation> Enrollments { get; init; } = [];

    public IReadOnlyList<LookupOperation> Lookups { get; init; } = [];

    public IReadOnlyList<AdmissionOperation> Admissions { get; init; } = [];

    /// <summary>Answers that no fault excuses.</summary>
    public IReadOnlyList<string> Surprises { get; init; } = [];

    public IReadOnlyList<LeaderAction> Leading { get; init; } = [];

    public IReadOnlyList<WatchLog> Watches { get; init; } = [];

    /// <summary>Every change since the first revision, in order, not by one of the watches.</summary>
    public IReadOnlyList<StoredChange> Changes { get; init; } = [];

    /// <summary>What these changes mean.</summary>
    public IReadOnlyList<StoredFact> Facts { get; init; } = [];
}
