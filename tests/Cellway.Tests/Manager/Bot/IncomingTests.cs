using Cellway.Manager.Bot.Transport;
using Telegram.Bot.Types;
using Telegram.Bot.Types.Enums;
using Telegram.Bot.Types.ReplyMarkups;

namespace Cellway.Tests.Manager.Bot;

public sealed class IncomingTests
{
    private const long Somebody = 7;

    [Theory]
    [InlineData("dv:a", true)]
    [InlineData("dx:!a", false)]
    public void Of_AButton_SaysWhetherTheMessageHasIt(string data, bool has) => Assert.Equal(has, Incoming.Of(Pressed(data, Somebody, "dv:a"))!.IsOnMessage);

    /// <summary>Telegram shows nothing of a message that is too old; the signature still says whose the button is.</summary>
    [Fact]
    public void Of_AButtonOfAMessageThatIsNotShown_IsTaken() => Assert.True(Incoming.Of(Pressed("dv:a", Somebody))!.IsOnMessage);

    [Fact]
    public void Of_AButtonInSomebodyElsesChat_IsPassedOver() => Assert.Null(Incoming.Of(Pressed("dv:a", Somebody + 1, "dv:a")));

    [Fact]
    public void Of_AMessageInSomebodyElsesChat_IsPassedOver() => Assert.Null(Incoming.Of(new()
    {
        Id = 1,
        Message = new() { From = new() { Id = Somebody, FirstName = "x" }, Chat = new() { Id = Somebody + 1, Type = ChatType.Private }, Text = "/start" },
    }));

    private static Update Pressed(string data, long chat, params string[] shown) => new()
    {
        Id = 1,
        CallbackQuery = new()
        {
            Id = "q",
            From = new() { Id = Somebody, FirstName = "x" },
            Data = data,
            Message = new()
            {
                Id = 5,
                Chat = new() { Id = chat, Type = ChatType.Private },
                Text = "text",
                ReplyMarkup = shown.Length == 0 ? null : new InlineKeyboardMarkup(shown.Select(s => InlineKeyboardButton.WithCallbackData("label", s))),
            },
        },
    };
}
