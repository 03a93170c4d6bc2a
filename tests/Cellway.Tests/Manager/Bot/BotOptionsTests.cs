using System.Runtime.Versioning;
using Cellway.Manager.Api;
using Cellway.Manager.Bot;

namespace Cellway.Tests.Manager.Bot;

[UnsupportedOSPlatform("windows")]
public sealed class BotOptionsTests
{
    private const string Token = "123456:AAabcdefghijklmnopqrstuvwxyz-_0123";

    [Fact]
    public void Validate_EverythingWrong_SaysAllOfIt()
    {
        var options = new BotOptions
        {
            Token = "hello",
            ApiUrl = new("ftp://x"),
            Proxy = new("gopher://x"),
            ThroughNetwork = "/file",
            Operators = [new(1, "a"), new(1, "A!")],
            MessagesPerSecond = 0,
        };

        Assert.Equal(7, options.Validate().Count);
    }

    [Fact]
    public void Validate_TheLeast_IsEnough() => Assert.Empty(new BotOptions { Token = Token }.Validate());

    [Fact]
    public void Validate_RootsForAWayThatIsNotGone_SaysWhatTheyGoWith() =>
        Assert.Equal(["throughNetworkCa: it goes with throughNetwork."], new BotOptions { Token = Token, ThroughNetworkCa = "ca.pem" }.Validate());

    [Fact]
    public void ToString_OfTheOptions_HasNoToken() => Assert.DoesNotContain("AAabc", new BotOptions { Token = Token }.ToString(), StringComparison.Ordinal);

    [Fact]
    public void Read_AFileThatOthersMayRead_Refused()
    {
        using var file = new OptionsFile($$"""{ "token": "{{Token}}" }""");
        File.SetUnixFileMode(file.Path, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.Contains("chmod 600", Assert.Throws<AdminException>(() => BotOptionsFile.Read(file.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AWholeFile_HasItsValuesAndDefaultsForTheRest()
    {
        using var file = new OptionsFile($$"""
            {
                // the bot
                "token": "{{Token}}",
                "operators": [{ "id": 42, "name": "olga" }],
                "proxy": "socks5://127.0.0.1:1080",
                "quietFrom": "22:30:00",
            }
            """);

        var options = BotOptionsFile.Read(file.Path);

        Assert.Equal((42L, new TimeOnly(22, 30), 30), (options.Operators[0].Id, options.QuietFrom, options.MessagesPerSecond));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{ \"token\": \"123456:AAabcdefghijklmnopqrstuvwxyz-_0123\", \"operator\": 1 }")]
    public void Read_SomethingElse_RefusedInOneLine(string text)
    {
        using var file = new OptionsFile(text);

        Assert.DoesNotContain("\n", Assert.Throws<AdminException>(() => BotOptionsFile.Read(file.Path)).Message, StringComparison.Ordinal);
    }

    private sealed class OptionsFile : IDisposable
    {
        public OptionsFile(string text)
        {
            Path = System.IO.Path.GetTempFileName();
            File.WriteAllText(Path, text);
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        public string Path { get; }

        public void Dispose() => File.Delete(Path);
    }
}
