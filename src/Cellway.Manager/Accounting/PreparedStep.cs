using Cellway.Model.Usage;

namespace Cellway.Manager.Accounting;

/// <summary>A step with everything that is to be written.</summary>
/// <param name="Record">The Core's record then.</param>
/// <param name="Writes">Keys, the revisions they must have now, and their new values.</param>
/// <param name="Applies">Whether the report is in it.</param>
internal sealed record PreparedStep(CoreUsageRecord Record, IReadOnlyList<(string Key, long Revision, byte[] Value)> Writes, bool Applies)
{
    public int Bytes => Writes.Sum(w => w.Key.Length + w.Value.Length);
}
