using Cellway.Node.Configuration;

namespace Cellway.Tests.Node.Configuration;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("90s", 90)]
    [InlineData("30m", 1800)]
    [InlineData("72h", 259_200)]
    [InlineData("2d", 172_800)]
    [InlineData("01:30:00", 5400)]
    public void TryParse_LengthOfTime_Reads(string text, int seconds)
    {
        Assert.True(Durations.TryParse(text, out var value));
        Assert.Equal(TimeSpan.FromSeconds(seconds), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("5")]
    [InlineData("-5h")]
    [InlineData("1.5h")]
    [InlineData("5 h")]
    [InlineData("5w")]
    [InlineData("-01:00:00")]
    [InlineData("99999999999h")]
    [InlineData("soon")]
    public void TryParse_AnythingElse_DoesNot(string text) => Assert.False(Durations.TryParse(text, out _));
}
