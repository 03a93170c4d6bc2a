namespace Cellway.Testing.Histories;

/// <summary>A client asked for a change. No two ask for the same value of the same subject, so that each fact tells whose it is.</summary>
/// <param name="Subject">What was to change, as a <see cref="StoredFact"/> names it.</param>
/// <param name="Value">To what; <see langword="null"/> when management chooses the value and its answer was lost.</param>
/// <param name="Replica">The run of the replica that was asked.</param>
/// <param name="Span">When.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record WriteOperation(string Subject, string? Value, string Replica, Span Span, Outcome Outcome)
{
    public override string ToString() => $"{Subject} := {Value ?? "?"} at {Replica} [{Span.Began}, {Span.Ended}] {Outcome}";
}
