using System.CommandLine;
using Cellway.DataPlane.Tunnel.Entry.Reach;
using Cellway.EntryNode;
using Cellway.Node.Configuration;

namespace Cellway.Tests.EntryNode;

public sealed class ReachFlagsTests
{
    [Fact]
    public void Read_Given_ReachesTheOptions_AndTheRestIsTheDefault()
    {
        Assert.Equal(
            new ReachOptions
            {
                Every = TimeSpan.FromSeconds(5), FullEvery = TimeSpan.FromMinutes(10), AnswerWithin = TimeSpan.FromSeconds(4), DoubtAfter = TimeSpan.FromSeconds(1),
                SlowAfter = TimeSpan.FromSeconds(3), RetryEvery = TimeSpan.FromSeconds(30), ArrivalWindow = TimeSpan.FromMinutes(2),
            },
            Read("--try-every 5 --try-fully-every 00:10:00 --answer-within 4 --doubt-after 1 --slow-after 3 --retry-every 30 --arrival-window 120"));
        Assert.Equal(new(), Read(""));
    }

    [Fact]
    public void Validate_OutOfRange_NamesEach()
    {
        Assert.Equal(
            ["AnswerWithin is 00:02:00: use more than 0 and at most 00:01:00.", "RetryEvery is 00:00:00: use more than 0 and at most 01:00:00."],
            Read("--answer-within 120 --retry-every 0").Validate());
    }

    private static ReachOptions Read(string line)
    {
        var command = new Command("entry");
        var flags = new ReachFlags();
        flags.AddTo(command);
        return flags.Read(new SettingReader(command.Parse(line)));
    }
}
