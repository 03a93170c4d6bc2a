using Cellway.Model.Usage;

namespace Cellway.Manager.Accounting;

/// <summary>A Core's record as it was last seen.</summary>
/// <param name="Record"><see langword="null"/> when there is none.</param>
/// <param name="Revision">Of its last write; 0 when there is none.</param>
internal sealed record KnownUsage(CoreUsageRecord? Record, long Revision)
{
    /// <summary>The last report applied.</summary>
    public UsageMark Mark => Record?.Mark ?? UsageMark.None;
}
