using Cellway.Manager.Bot.Transport;
using Telegram.Bot.Exceptions;
using Telegram.Bot.Types;

namespace Cellway.Tests.Manager.Bot;

public sealed class TelegramFailureTests
{
    [Theory]
    [InlineData("Bad Request: inline keyboard button URL 'https://entry:8443/p/SECRET' is invalid: Wrong HTTP URL")]
    [InlineData("Bad Request: can't parse entities: Unsupported start tag \"SECRET\" at byte offset 3")]
    [InlineData("Bad Request: wrong file identifier https://host/SECRET")]
    public void Of_WhatTelegramQuotes_IsLeftOut(string description)
    {
        var reason = TelegramFailure.Of(new ApiRequestException(description, 400)).Reason;

        Assert.StartsWith("Bad Request: ", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "Forbidden: bot was blocked by the user", true)]
    [InlineData(403, "Forbidden: user is deactivated", true)]
    [InlineData(400, "Bad Request: chat not found", true)]
    [InlineData(400, "Bad Request: message is too long", false)]
    [InlineData(429, "Too Many Requests: retry after 3", false)]
    [InlineData(500, "Internal Server Error", false)]
    public void IsGone_AChatThatCannotBeWrittenTo_Only(int code, string description, bool gone) =>
        Assert.Equal(gone, TelegramFailure.Of(new ApiRequestException(description, code)).IsGone);

    [Fact]
    public void Of_TooManyRequests_WaitsAsLongAsItIsTold() => Assert.Equal(
        TimeSpan.FromSeconds(7), TelegramFailure.Of(new ApiRequestException("Too Many Requests: retry after 7", 429, new ResponseParameters { RetryAfter = 7 })).RetryAfter);

    /// <summary>The text of such an exception may be the URL, and in that is the token.</summary>
    [Fact]
    public void Of_AFailureOfTheNetwork_SaysNoMoreThanItsKind() =>
        Assert.Equal("ConnectionError", TelegramFailure.Of(new HttpRequestException(HttpRequestError.ConnectionError, "https://host/botTOKEN/getMe")).Reason);

    [Theory]
    [InlineData("socks5://127.0.0.1:1080", null, null)]
    [InlineData("http://bob:p%40ss@proxy.example:3128", "bob", "p@ss")]
    public void ProxyAt_AnAddress_WithItsPassword(string address, string? name, string? password)
    {
        var proxy = TelegramApi.ProxyAt(new(address));
        var credential = proxy.Credentials?.GetCredential(new("https://api.telegram.org"), "Basic");

        Assert.Equal((name, password), (credential?.UserName, credential?.Password));
        Assert.Equal("", proxy.Address!.UserInfo);
        Assert.Equal(new Uri(address).Port, proxy.Address.Port);
    }
}
