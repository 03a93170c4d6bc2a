namespace Cellway.Testing.Histories;

/// <summary>Somebody tried to spend a join token.</summary>
/// <param name="Token">Its id.</param>
/// <param name="KeyHash">The key for which a certificate was asked.</param>
/// <param name="Node">Whom the certificate names, if there is one.</param>
/// <param name="Replica">The run of the replica that was asked.</param>
/// <param name="Span">When.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record EnrollOperation(string Token, string KeyHash, string? Node, string Replica, Span Span, Outcome Outcome)
{
    public override string ToString() => $"enroll {KeyHash[..Math.Min(8, KeyHash.Length)]} with {Token} at {Replica} [{Span.Began}, {Span.Ended}] {Outcome} {Node}";
}
