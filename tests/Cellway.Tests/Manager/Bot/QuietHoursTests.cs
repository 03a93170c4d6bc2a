using Cellway.Manager.Bot;
using Cellway.Manager.Bot.Sending;

namespace Cellway.Tests.Manager.Bot;

public sealed class QuietHoursTests
{
    private static readonly BotOptions Night = new() { Token = "", UtcOffset = TimeSpan.FromHours(3) };

    [Theory]
    [InlineData("2026-03-04T19:59:00Z", null)]
    [InlineData("2026-03-04T20:00:00Z", "2026-03-05T05:00:00Z")] // 23:00 in Moscow
    [InlineData("2026-03-05T01:30:00Z", "2026-03-05T05:00:00Z")]
    [InlineData("2026-03-05T04:59:59Z", "2026-03-05T05:00:00Z")]
    [InlineData("2026-03-05T05:00:00Z", null)]
    public void QuietUntil_OverMidnight_IsTheMorning(string now, string? until) =>
        Assert.Equal(until is null ? null : At(until), AlertWatch.QuietUntil(Night, At(now)));

    [Fact]
    public void QuietUntil_ByDay_IsTheEndOfTheSameDay() => Assert.Equal(
        At("2026-03-04T14:00:00Z"), AlertWatch.QuietUntil(new() { Token = "", QuietFrom = new(12, 0), QuietTo = new(14, 0) }, At("2026-03-04T13:00:00Z")));

    [Fact]
    public void QuietUntil_NoQuietHours_Never() => Assert.Null(AlertWatch.QuietUntil(new() { Token = "", QuietFrom = new(0, 0), QuietTo = new(0, 0) }, At("2026-03-04T00:00:00Z")));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
