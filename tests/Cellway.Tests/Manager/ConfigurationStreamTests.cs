using Cellway.Manager.PhoneHome;
using Cellway.Model.Contracts;

namespace Cellway.Tests.Manager;

public sealed class ConfigurationStreamTests
{
    [Fact]
    public void Next_NothingHeld_SnapshotOfAll()
    {
        var update = new ConfigurationStream(new Dictionary<string, ulong>()).Next(7, Wanted(("a", 1), ("b", 2)))!;

        Assert.Equal((7L, true), (update.Revision, update.Snapshot));
        Assert.Equal(["a", "b"], update.Set.Select(r => r.Name));
        Assert.Empty(update.Removed);
    }

    [Fact]
    public void Next_SomeHeld_OnlyWhatDiffers()
    {
        var stream = new ConfigurationStream(new Dictionary<string, ulong> { ["same"] = 1, ["old"] = 1, ["gone"] = 1 });

        var update = stream.Next(7, Wanted(("same", 1), ("old", 2), ("new", 3)))!;

        Assert.False(update.Snapshot);
        Assert.Equal(["old", "new"], update.Set.Select(r => r.Name));
        Assert.Equal(["gone"], update.Removed);
    }

    [Fact]
    public void Next_EverythingHeld_EmptyTheFirstTimeOnly()
    {
        var stream = new ConfigurationStream(new Dictionary<string, ulong> { ["a"] = 1 });

        var update = stream.Next(7, Wanted(("a", 1)))!;
        Assert.Empty(update.Set);
        Assert.True(stream.Acknowledge(new() { Revision = 7 }));
        stream.Touch(["a"]);
        Assert.Null(stream.Next(8, Wanted(("a", 1))));
    }

    [Fact]
    public void Next_UnderWay_WaitsAndThenBringsTheNewest()
    {
        var stream = new ConfigurationStream(new Dictionary<string, ulong>());
        stream.Next(1, Wanted(("a", 1)));

        Assert.True(stream.IsWaiting);
        stream.Touch(["a"]);
        Assert.Null(stream.Next(2, Wanted(("a", 2))));
        Assert.False(stream.Acknowledge(new() { Revision = 2 }));
        Assert.True(stream.Acknowledge(new() { Revision = 1 }));
        Assert.False(stream.Acknowledge(new() { Revision = 1 }));
        Assert.Equal(1, stream.Applied);
        Assert.Equal(3ul, Assert.Single(stream.Next(3, Wanted(("a", 3)))!.Set).Version);
    }

    [Fact]
    public void Acknowledge_Refused_NotSentAgainUntilItChanges()
    {
        var stream = new ConfigurationStream(new Dictionary<string, ulong>());
        stream.Next(1, Wanted(("a", 1), ("b", 1)));

        Assert.True(stream.Acknowledge(new() { Revision = 1, Error = "no" }));

        Assert.Equal(0, stream.Applied);
        stream.Touch(["a", "b"]);
        Assert.Null(stream.Next(2, Wanted(("a", 1), ("b", 1))));
        stream.Touch(["a", "b"]);
        var next = stream.Next(3, Wanted(("a", 2)))!;
        Assert.Equal("a", Assert.Single(next.Set).Name);
        Assert.Equal("b", Assert.Single(next.Removed));
    }

    [Fact]
    public void Next_Touched_LooksAtNothingElse()
    {
        var stream = new ConfigurationStream(new Dictionary<string, ulong>());
        stream.Next(1, Wanted(("a", 1), ("core/routes/07", 1), ("core/routes/ff", 1)));
        stream.Acknowledge(new() { Revision = 1 });

        stream.Touch(["core/routes/07", "core/routes/08"]);
        var update = stream.Next(2, Wanted(("a", 9), ("core/routes/08", 1), ("core/routes/ff", 9)))!;

        Assert.Equal("core/routes/08", Assert.Single(update.Set).Name);
        Assert.Equal("core/routes/07", Assert.Single(update.Removed));
        Assert.True(stream.Acknowledge(new() { Revision = 2 }));
        stream.Touch(["core/routes/08"]);
        Assert.Null(stream.Next(3, Wanted(("core/routes/08", 1))));
    }

    private static Resources Wanted(params (string Name, ulong Version)[] resources) =>
        new(resources.ToDictionary(r => r.Name, r => new Resource { Name = r.Name, Version = r.Version }));

    private sealed class Resources(Dictionary<string, Resource> resources) : INodeResources
    {
        public IEnumerable<string> Names => resources.Keys;

        public ulong? VersionOf(string name) => Find(name)?.Version;

        public Resource? Find(string name) => resources.GetValueOrDefault(name);
    }
}
