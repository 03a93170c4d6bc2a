namespace Cellway.Manager.Audit;

/// <summary>A link of the audit log by what it is.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="Hash">SHA-256 of its bytes, in hex.</param>
public sealed record AuditMark(long Sequence, string Hash);
