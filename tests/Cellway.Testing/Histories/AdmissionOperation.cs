namespace Cellway.Testing.Histories;

/// <summary>A node showed its certificate to a replica.</summary>
/// <param name="Node">Its id.</param>
/// <param name="Replica">The run of the replica.</param>
/// <param name="Span">When.</param>
/// <param name="IsAdmitted">Whether it was believed; <see langword="null"/> when the replica could not say.</param>
public sealed record AdmissionOperation(string Node, string Replica, Span Span, bool? IsAdmitted);
