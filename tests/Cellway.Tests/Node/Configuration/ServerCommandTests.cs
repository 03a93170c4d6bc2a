using System.CommandLine;
using Cellway.Node.Configuration;

namespace Cellway.Tests.Node.Configuration;

public sealed class ServerCommandTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-settings-");
    private readonly Option<string> _listen = new("--listen") { DefaultValueFactory = _ => "default" };
    private readonly Option<string[]> _deny = new("--deny-port");
    private readonly Option<bool> _hold = new("--hold");
    private readonly Option<string?> _drain = new("--drain");

    [Fact]
    public void Complete_NothingSaid_Defaults()
    {
        var parsed = Parse([], []);

        Assert.Equal("default", parsed.GetValue(_listen));
        Assert.False(parsed.GetValue(_hold));
    }

    [Fact]
    public void Complete_FlagThenEnvironmentThenFile_TheFirstThatSaysIt()
    {
        var file = Write("CELLWAY_LISTEN=file", "CELLWAY_DENY_PORT=1, 2", "", "# a comment", "CELLWAY_HOLD=true");

        Assert.Equal("file", Parse(["--config", file], []).GetValue(_listen));
        Assert.Equal("environment", Parse(["--config", file], new() { ["CELLWAY_LISTEN"] = "environment" }).GetValue(_listen));
        Assert.Equal("flag", Parse(["--config", file, "--listen", "flag"], new() { ["CELLWAY_LISTEN"] = "environment" }).GetValue(_listen));

        var all = Parse([], new() { ["CELLWAY_CONFIG"] = file });
        Assert.Equal(["1", "2"], all.GetValue(_deny)!);
        Assert.True(all.GetValue(_hold));
    }

    [Fact]
    public void Complete_ValueThatLooksLikeAnOption_IsAValue() =>
        Assert.Equal("--hold", Parse([], new() { ["CELLWAY_LISTEN"] = "--hold" }).GetValue(_listen));

    [Fact]
    public void Complete_FileWithFaults_AllAreToldWithoutTheirValues()
    {
        var file = Write("CELLWAY_LISTEN=a", "CELLWAY_LISTEN=b", "CELLWAY_LISTN=secret", "nonsense");

        var errors = ((ServerCommand)Parse(["--config", file], []).CommandResult.Command).SettingErrors;

        Assert.Equal(3, errors.Count);
        Assert.Contains("line 2: CELLWAY_LISTEN is there twice", errors[0], StringComparison.Ordinal);
        Assert.Contains("line 3: there is no setting CELLWAY_LISTN", errors[1], StringComparison.Ordinal);
        Assert.Contains("line 4: must be NAME=value", errors[2], StringComparison.Ordinal);
        Assert.DoesNotContain(errors, e => e.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Complete_NoSuchFile_IsTold()
    {
        var parsed = Parse(["--config", Path.Combine(_home.FullName, "none")], []);

        Assert.Contains("check --config", Assert.Single(((ServerCommand)parsed.CommandResult.Command).SettingErrors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("30", 30)]
    [InlineData("0", 0)]
    [InlineData("00:01:30", 90)]
    [InlineData("2m", 120)]
    [InlineData(null, 7)]
    public void Duration_SecondsOrTime_IsRead(string? text, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new SettingReader(Parse(text is null ? [] : ["--drain", text], [])).Duration(_drain, TimeSpan.FromSeconds(7)));

    [Theory]
    [InlineData("soon")]
    [InlineData("2592001")]
    [InlineData("31d")]
    public void ReadAll_SeveralWrong_EachIsTold(string drain)
    {
        var settings = new SettingReader(Parse(["--drain", drain, "--deny-port", "0", "--deny-port", "443", "--deny-port", "x"], []));

        settings.Duration(_drain, default);
        var ports = settings.All<int>(_deny, text => int.TryParse(text, out var port) && port > 0 ? port : null, "a port.");

        Assert.Equal([443], ports);
        Assert.Equal([$"--drain: “{drain}” is not a length of time: write it like 90s, 30m or 72h, or in seconds, like 90; at most 30d.", "--deny-port: “0” is not a port.", "--deny-port: “x” is not a port."], settings.Errors);
    }

    public void Dispose() => _home.Delete(recursive: true);

    private ParseResult Parse(string[] arguments, Dictionary<string, string> environment)
    {
        var root = new RootCommand("") { new ServerCommand("run", "") { _listen, _deny, _hold, _drain } };
        string[] words = ["run", .. arguments];
        return ServerCommand.Complete(root.Parse(words), words, environment.GetValueOrDefault);
    }

    private string Write(params string[] lines)
    {
        var path = Path.Combine(_home.FullName, "settings");
        File.WriteAllLines(path, lines);
        return path;
    }
}
