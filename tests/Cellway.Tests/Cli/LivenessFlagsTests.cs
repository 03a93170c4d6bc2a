using System.CommandLine;
using Cellway.Cli;
using Cellway.Cli.Commands;

namespace Cellway.Tests.Cli;

public sealed class LivenessFlagsTests
{
    [Fact]
    public void Read_Given_ReachesTheOptions_AndTheRestIsTheDefault()
    {
        var (flags, parsed) = Parse("--offline-after 45s --out-share 0.7 --settle-after 2m --second-opinion-within 5s --return-after 3m --return-every 15s --loaded-above 2.5");

        var routing = flags.ReadRouting(parsed);
        Assert.Equal(
            (0.7, TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(15), 2.5),
            (routing.OutShare, routing.SettleAfter, routing.SecondOpinionWithin, routing.ReturnAfter, routing.ReturnEvery, routing.LoadedAbove));
        Assert.Equal(TimeSpan.FromSeconds(45), flags.ReadPhoneHome(parsed).OfflineAfter);
        var (none, nothing) = Parse("");
        Assert.Equal((new(), new()), (none.ReadRouting(nothing), none.ReadPhoneHome(nothing)));
    }

    [Theory]
    [InlineData("--out-share 0.4", "OutShare is 0.4: use 0.5 to 0.95, or one Entry's network takes a Core out.")]
    [InlineData("--out-share 1", "OutShare is 1: use 0.5 to 0.95, or one Entry's network takes a Core out.")]
    [InlineData("--settle-after 0", "SettleAfter is 00:00:00: use more than 0 and at most an hour.")]
    [InlineData("--return-every 2h", "ReturnEvery is 02:00:00: use more than 0 and at most an hour.")]
    [InlineData("--offline-after 1s", "OfflineAfter is 00:00:01: use 2 seconds to 10 minutes, in whole seconds; nodes say something every 10.")]
    public void Read_OutOfRange_SaysWhatToUse(string line, string message)
    {
        var (flags, parsed) = Parse(line);

        var e = Assert.Throws<CliException>(() => (flags.ReadRouting(parsed), flags.ReadPhoneHome(parsed)));

        Assert.Equal(message, e.Message);
    }

    private static (LivenessFlags Flags, ParseResult Parsed) Parse(string line)
    {
        var command = new Command("management");
        var flags = new LivenessFlags();
        flags.AddTo(command);
        var parsed = command.Parse(line);
        Assert.Empty(parsed.Errors);
        return (flags, parsed);
    }
}
