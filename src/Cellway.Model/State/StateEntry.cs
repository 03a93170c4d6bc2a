namespace Cellway.Model.State;

/// <summary>A key as the store has it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its bytes.</param>
/// <param name="CreateRevision">Revision of the write that made the key, since it last did not exist.</param>
/// <param name="ModRevision">Revision of the write that made this value.</param>
/// <param name="LeaseId">The lease it lives by, or 0.</param>
public sealed record StateEntry(string Key, ReadOnlyMemory<byte> Value, long CreateRevision, long ModRevision, long LeaseId);
