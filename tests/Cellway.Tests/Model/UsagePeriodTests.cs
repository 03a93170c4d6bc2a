using Cellway.Model.Usage;
using CsCheck;

namespace Cellway.Tests.Model;

public sealed class UsagePeriodTests
{
    [Theory]
    [InlineData("2026-11-30T23:59:59Z", 1, "2026-11-01")]
    [InlineData("2026-12-01T00:00:00Z", 1, "2026-12-01")]
    [InlineData("2026-12-01T01:59:59+02:00", 1, "2026-11-01")] // another zone's December
    [InlineData("2026-11-14T23:59:59Z", 15, "2026-10-15")]
    [InlineData("2026-11-15T00:00:00Z", 15, "2026-11-15")]
    [InlineData("2027-01-01T00:00:00Z", 15, "2026-12-15")]
    [InlineData("2028-02-29T12:00:00Z", 28, "2028-02-28")]
    public void Of_Border_BelongsToTheLaterPeriod(string moment, int day, string period) =>
        Assert.Equal(period, UsagePeriod.Of(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture), day).ToString());

    [Fact]
    public void Of_AnyMoment_IsInExactlyOnePeriod() =>
        Gen.Select(Gen.DateTime[new(2001, 1, 1), new(2100, 1, 1)], Gen.Int[1, 28]).Sample((moment, day) =>
        {
            var now = new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc));
            var period = UsagePeriod.Of(now, day);

            Assert.True(period.Previous.End <= now && now < period.End);
            Assert.Equal(period.Previous, UsagePeriod.Of(period.Previous.End.AddTicks(-1), day));
            Assert.Equal(period, UsagePeriod.Of(period.Previous.End, day));
            Assert.True(UsagePeriod.TryParse(period.ToString(), day, out var read));
            Assert.Equal(period, read);
        });

    [Theory]
    [InlineData("2026-11", "2026-11-15")]
    [InlineData("2026-11-01", "2026-11-01")]
    [InlineData("2026-11-29", null)]
    [InlineData("2026-13", null)]
    [InlineData("november", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void TryParse_WhatPeopleWrite_PeriodOrRefusal(string? text, string? period)
    {
        Assert.Equal(period is not null, UsagePeriod.TryParse(text, 15, out var read));
        if (period is not null)
        {
            Assert.Equal(period, read.ToString());
        }
    }
}
