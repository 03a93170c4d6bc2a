using Cellway.Manager.Bot.Sending;
using Cellway.Model.Bot;

namespace Cellway.Tests.Manager.Bot;

public sealed class UpdatesTests
{
    /// <summary>After a week without updates Telegram numbers them from anywhere: an offset above them would make them pass for handled.</summary>
    [Theory]
    [InlineData(0, 1001)]
    [InlineData(5, 1001)]
    [InlineData(6, 0)]
    [InlineData(30, 0)]
    public void NextOf_DaysAfterTheLastUpdate_IsForgottenBeforeTelegramNumbersAnew(int days, int next) =>
        Assert.Equal(next, Updates.NextOf(new BotOffsetRecord { Next = 1001, At = Samples.Now }, Samples.Now + TimeSpan.FromDays(days)));

    [Fact]
    public void NextOf_NothingHandledYet_IsTheFirst() => Assert.Equal(0, Updates.NextOf(null, Samples.Now));
}
