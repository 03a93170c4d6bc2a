using Cellway.Model.Devices;
using Cellway.Model.Usage;

namespace Cellway.CoreNode.Accounting;

/// <summary>The report that is out.</summary>
/// <param name="Mark">Which one it is.</param>
/// <param name="After">What management had applied before.</param>
/// <param name="Period">The first day of the period, as <see cref="DateOnly.DayNumber"/>.</param>
/// <param name="Routes">What they have carried since then.</param>
internal sealed record UsageReportDraft(UsageMark Mark, UsageMark After, int Period, IReadOnlyList<(RouteId Route, long Up, long Down)> Routes);
