namespace Cellway.Manager.Api;

/// <summary>An operator's word that a cell or one of its domains is of no use any more.</summary>
/// <param name="Reason">Why, in one line; it goes on the incident's timeline.</param>
/// <param name="Domain"><c>entry</c> or <c>exit</c>; null for the whole cell.</param>
/// <param name="EvenIfLast">Whether to go on when it is the last active cell, whose devices then have nowhere to go.</param>
public sealed record CellCompromise(string Reason, string? Domain = null, bool EvenIfLast = false);

/// <summary>An operator's word that an incident is over.</summary>
/// <param name="Note">Why, in one line; may be null.</param>
public sealed record IncidentClosing(string? Note = null);

/// <summary>An incident.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Cell">The cell.</param>
/// <param name="Subject"><c>cell</c>, <c>entry</c> or <c>exit</c>.</param>
/// <param name="Domain">The domain, if it is about one.</param>
/// <param name="Kind"><c>blocked</c>, <c>blocked-in-places</c>, <c>stalls</c>, <c>slow</c> or <c>compromised</c>.</param>
/// <param name="State"><c>open</c>, <c>mitigated</c> or <c>closed</c>.</param>
/// <param name="StateSince">Since when.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="BeganAt">Since when it goes on, as far as the Entries have seen.</param>
/// <param name="HeldByOperator">Whether only an operator ends it.</param>
/// <param name="Explanation">Which rule found it with which numbers, or the operator's reason.</param>
/// <param name="Witnesses">Which Entries saw what.</param>
/// <param name="Timeline">What has happened since, oldest first.</param>
/// <param name="OmittedEvents">How many events are left out after the first ones.</param>
public sealed record IncidentInfo(
    string Id, string Cell, string Subject, string? Domain, string Kind, string State, DateTimeOffset StateSince, DateTimeOffset OpenedAt, DateTimeOffset BeganAt,
    bool HeldByOperator, string Explanation, IReadOnlyList<IncidentWitnessInfo> Witnesses, IReadOnlyList<IncidentEventInfo> Timeline, int OmittedEvents);

/// <summary>What one Entry saw.</summary>
/// <param name="Entry">The Entry.</param>
/// <param name="Network">Where it stands, if it was told.</param>
/// <param name="Saw">What.</param>
/// <param name="Since">Since when.</param>
/// <param name="Affected">Whether that speaks for the incident.</param>
public sealed record IncidentWitnessInfo(string Entry, string? Network, string Saw, DateTimeOffset Since, bool Affected);

/// <summary>One line of an incident's timeline.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
/// <param name="What">What.</param>
public sealed record IncidentEventInfo(DateTimeOffset At, string By, string What);
