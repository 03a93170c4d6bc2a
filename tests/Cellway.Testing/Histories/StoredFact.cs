namespace Cellway.Testing.Histories;

/// <summary>Something that became true in the store, in words that both clients and records can be put into: see <see cref="FactReader"/>.</summary>
/// <param name="Revision">When.</param>
/// <param name="Subject">Of what.</param>
/// <param name="Value">What.</param>
public sealed record StoredFact(long Revision, string Subject, string Value);
