namespace Cellway.State.Copying;

/// <summary>What was copied.</summary>
/// <param name="Keys">Copied, read back and compared.</param>
/// <param name="Leased">Left behind, because they live by a lease: sessions, which their owners make anew.</param>
/// <param name="Bytes">Keys and values.</param>
public readonly record struct StateCopyResult(int Keys, int Leased, long Bytes);
