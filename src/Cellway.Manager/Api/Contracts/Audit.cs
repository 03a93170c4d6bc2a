namespace Cellway.Manager.Api;

/// <summary>An entry of the audit log.</summary>
/// <param name="Sequence">Its number in the chain; null: the leader has yet to link it.</param>
/// <param name="At">When.</param>
/// <param name="Who"><c>operator/…</c>, <c>core/…</c>, <c>entry/…</c>, <c>token/…</c>, <c>planner/…</c> or <c>replica/…</c>.</param>
/// <param name="What">What, in the words of the command line.</param>
/// <param name="Subject">To what; null for the network itself.</param>
/// <param name="Outcome"><c>done</c>, <c>unchanged</c>, or why it was refused.</param>
/// <param name="Detail">What else must be known to understand it.</param>
/// <param name="Count">How many times, for what is only counted.</param>
public sealed record AuditEntry(long? Sequence, DateTimeOffset At, string Who, string What, string? Subject, string Outcome, string? Detail, long Count);
