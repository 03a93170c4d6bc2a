namespace Cellway.Testing.Histories;

/// <summary>A change of one key, as the store or a watch tells it.</summary>
/// <param name="Revision">When.</param>
/// <param name="Key">Of which key.</param>
/// <param name="Digest">Of the new value; empty when the key was deleted.</param>
public sealed record StoredChange(long Revision, string Key, string Digest);
