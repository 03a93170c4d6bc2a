using Cellway.DataPlane.Tunnel.Entry;
using Cellway.Model.Cells;

namespace Cellway.Tests.DataPlane.Tunnel;

public sealed class CoreNamesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Fact]
    public void Find_TimePasses_TheNameIsTheOneOfThatTime()
    {
        var names = new CoreNames(new Dictionary<string, IReadOnlyList<ServiceName>>
        {
            ["north"] =
            [
                new() { Name = "a", NotBefore = Now, AnnouncedAt = Now, NotAfter = Now.AddHours(7) },
                new() { Name = "b", NotBefore = Now, AnnouncedAt = Now.AddHours(1), NotAfter = Now.AddHours(8) },
                new() { Name = "c", NotBefore = Now, AnnouncedAt = Now.AddHours(2) },
            ],
        });

        Assert.Equal("a", names.Find("north", Now));
        Assert.Equal("b", names.Find("north", Now.AddHours(1)));
        Assert.Equal("c", names.Find("north", Now.AddDays(30))); // the plan has run out: its last name goes on
        Assert.Null(names.Find("north", Now.AddSeconds(-1)));
        Assert.Null(names.Find("south", Now));
    }
}
