using Cellway.Manager.Accounting;
using Cellway.Model.Usage;

namespace Cellway.Tests.Manager.Accounting;

public sealed class UsagePeriodsTests
{
    [Theory]
    [InlineData("2026-11-01", null, "2026-11-30T23:59:00Z", "2026-11-01")]
    [InlineData("2026-12-01", "2026-11-01", "2026-11-30T23:59:00Z", "2026-11-01")] // a clock two minutes ahead
    [InlineData("2026-11-01", "2026-11-01", "2026-12-01T00:01:00Z", "2026-11-01")] // or behind, or cut off since
    [InlineData("2026-11-01", "2026-12-01", "2026-12-01T00:01:00Z", "2026-12-01")] // a clock set back: never back
    [InlineData("2026-01-01", null, "2026-12-05T00:00:00Z", "2026-11-01")] // a clock of last winter
    [InlineData("2031-01-01", "2026-11-01", "2026-12-05T00:00:00Z", "2026-12-01")]
    [InlineData("2026-11-01", "2026-12-01", "2026-11-30T23:59:59Z", "2026-12-01")] // this replica is behind the one before
    public void Of_WhateverTheClocksSay_OneOfTheTwoNewest(string named, string? last, string now, string period) => Assert.Equal(
        period,
        UsagePeriods.Of(
            DateOnly.Parse(named, System.Globalization.CultureInfo.InvariantCulture),
            last is null ? null : new UsagePeriod(DateOnly.Parse(last, System.Globalization.CultureInfo.InvariantCulture)),
            DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture),
            1).ToString());
}
