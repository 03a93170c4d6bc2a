namespace Cellway.Manager.Api;

/// <summary>A change of service names that does not wait for the plan.</summary>
/// <param name="Cell">Of this cell; null for every cell that is not retired.</param>
/// <param name="Hop"><c>entry</c> (client to Entry) or <c>exit</c> (Entry to Core); null for both.</param>
/// <param name="Reason">Null, or <c>compromise</c>: somebody knows the names who should not, so all of them are replaced, the planned ones too.</param>
/// <param name="Grace">After a compromise: how long the old names are still accepted, 0 for not at all. Clients that have not fetched their subscription by then must do so.</param>
public sealed record RotateRequest(string? Cell = null, string? Hop = null, string? Reason = null, TimeSpan? Grace = null);

/// <summary>The service names of one hop of a cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Hop"><c>entry</c> or <c>exit</c>.</param>
/// <param name="PlannedUntil">When the last planned name is announced: without management, names change until then.</param>
/// <param name="Names">Each name's life, the newest last.</param>
public sealed record RotationInfo(string Cell, string Hop, DateTimeOffset PlannedUntil, IReadOnlyList<NameInfo> Names);

/// <summary>The life of a service name.</summary>
/// <param name="Generation">Which one of its hop it is.</param>
/// <param name="Name">The name.</param>
/// <param name="State"><c>planned</c>, <c>announced</c>, <c>replaced</c> (and still accepted), <c>withdrawn</c> (after a compromise, and still accepted) or <c>ended</c>.</param>
/// <param name="AcceptedFrom">From when on nodes accept it.</param>
/// <param name="AnnouncedAt">From when on it is what clients or Entries are to ask for.</param>
/// <param name="AcceptedTo">Until when nodes accept it; null while too little is planned after it to say.</param>
public sealed record NameInfo(long Generation, string Name, string State, DateTimeOffset AcceptedFrom, DateTimeOffset AnnouncedAt, DateTimeOffset? AcceptedTo);
