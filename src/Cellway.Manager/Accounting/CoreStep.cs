using Cellway.Model.Usage;

namespace Cellway.Manager.Accounting;

/// <summary>One write of a Core's books.</summary>
/// <param name="Record">How far its reports have been applied then.</param>
/// <param name="Pages">The pages that change with it, by name and period.</param>
/// <param name="Applies">Whether the report is in it; if not, room was made first and the report comes next.</param>
internal sealed record CoreStep(CoreUsageRecord Record, IReadOnlyList<(UsagePeriod Period, string Name, DeviceBytes Adds)> Pages, bool Applies);
