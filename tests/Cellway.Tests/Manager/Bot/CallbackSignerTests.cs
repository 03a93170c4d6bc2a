using Cellway.Manager.Bot.Talking;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Manager.Bot;

public sealed class CallbackSignerTests
{
    private const string Somebody = "a1";

    private readonly FakeTimeProvider _time = new(Samples.Now);
    private readonly CallbackSigner _signer;

    public CallbackSignerTests() => _signer = new(new byte[32], _time);

    [Fact]
    public void TryRead_OwnButton_SaysWhatItOpens()
    {
        var data = _signer.Sign(Somebody, Button.To("Device", "dv", "u:abcdefghijklmnop"));

        Assert.True(_signer.TryRead(Somebody, data, out var dialogue, out var argument, out var expired));
        Assert.Equal(("dv", "u:abcdefghijklmnop", false), (dialogue, argument, expired));
    }

    [Fact]
    public void TryRead_SomebodyElses_Refused() => Assert.False(_signer.TryRead("b2", _signer.Sign(Somebody, Button.To("Menu", "mn")), out _, out _, out _));

    [Fact]
    public void TryRead_AfterItsTime_ExpiredAndStillTheirs()
    {
        var data = _signer.Sign(Somebody, Button.To("Yes", "dx", "!d", TimeSpan.FromMinutes(10)));
        _time.Advance(TimeSpan.FromMinutes(12));

        Assert.True(_signer.TryRead(Somebody, data, out _, out _, out var expired));
        Assert.True(expired);
    }

    [Fact]
    public void TryRead_AnyOneCharacterChanged_Refused()
    {
        var data = _signer.Sign(Somebody, Button.To("Yes", "dx", "!abc"));
        for (var i = 0; i < data.Length; i++)
        {
            var changed = data[..i] + (data[i] == 'x' ? 'y' : 'x') + data[(i + 1)..];
            Assert.False(_signer.TryRead(Somebody, changed, out _, out _, out _), changed);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("mn::zz:AAAAAAAA")]
    public void TryRead_Junk_Refused(string data) => Assert.False(_signer.TryRead(Somebody, data, out _, out _, out _));

    [Fact]
    public void Sign_TheLongestShortName_FitsIntoTelegramsRoom()
    {
        var data = _signer.Sign(Somebody, Button.To("x", "ou", "!" + ShortName.Of(new string('a', 63)) + ".exit"));

        Assert.True(data.Length <= 64);
    }

    [Fact]
    public void ShortName_OfALongName_FindsItAgain() =>
        Assert.Equal(new string('b', 63), ShortName.Find(ShortName.Of(new string('b', 63)), [new string('a', 63), new string('b', 63)]));
}
