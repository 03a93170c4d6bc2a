using Cellway.Model.State;

namespace Cellway.State;

/// <summary>A part of the history, filtered by a prefix.</summary>
/// <param name="Batches">At most a page of them.</param>
/// <param name="Next">The first revision not looked at.</param>
internal readonly record struct ChangePage(IReadOnlyList<StateChangeBatch> Batches, long Next)
{
    /// <summary>A watcher holds at most this many batches …</summary>
    public const int MaxBatches = 256;

    /// <summary>… and starts no further one once it holds this many bytes.</summary>
    public const int MaxBytes = 4 << 20;

    public static long SizeOf(StateChange change) => change.Key.Length + (change.Entry?.Value.Length ?? 0);
}
