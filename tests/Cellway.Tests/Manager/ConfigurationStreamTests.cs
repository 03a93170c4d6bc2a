using Cellway.Manager.PhoneHome;
using Cellway.Model.Contracts;

namespace Cellway.Tests.Manager;

public sealed class ConfigurationStreamTests
{
    [Fact]
    public void Next_NothingHeld_SnapshotOfAll()
    {
        var update = new ConfigurationStream(new Dictionary<string, ulong>()).Next(7, Wanted(("a", 1), ("b", 2)), first: true)!;

        Assert.Equal((7L, true), (update.Revision, update.Snapshot));
        Assert.Equal(["a", "b"], update.Set.Select(r => r.Name));
        Assert.Empty(update.Removed);
    }

    [Fact]
    public void Next_SomeHeld_OnlyWhatDiffers()
    {
        var stream = new ConfigurationStream(new Dictionary<string, ulong> { ["same"] = 1, ["old"] = 1, ["gone"] = 1 });

        var update = stream.Next(7, Wanted(("same", 1), ("old", 2), ("new", 3)), first: true)!;

        Assert.False(update.Snapshot);
        Assert.Equal(["old", "new"], update.Set.Select(r => r.Name));
        Assert.Equal(["gone"], update.Removed);
    }

    [Fact]
    public void Next_EverythingHeld_EmptyTheFirstTimeOnly()
    {
        var stream = new ConfigurationStream(new Dictionary<string, ulong> { ["a"] = 1 });

        var update = stream.Next(7, Wanted(("a", 1)), first: true)!;
        Assert.Empty(update.Set);
        Assert.True(stream.Acknowledge(new() { Revision = 7 }));
        Assert.Null(stream.Next(8, Wanted(("a", 1)), first: false));
    }

    [Fact]
    public void Next_UnderWay_WaitsAndThenBringsTheNewest()
    {
        var stream = new ConfigurationStream(new Dictionary<string, ulong>());
        stream.Next(1, Wanted(("a", 1)), first: true);

        Assert.True(stream.IsWaiting);
        Assert.Null(stream.Next(2, Wanted(("a", 2)), first: false));
        Assert.False(stream.Acknowledge(new() { Revision = 2 }));
        Assert.True(stream.Acknowledge(new() { Revision = 1 }));
        Assert.False(stream.Acknowledge(new() { Revision = 1 }));
        Assert.Equal(1, stream.Applied);
        Assert.Equal(3ul, Assert.Single(stream.Next(3, Wanted(("a", 3)), first: false)!.Set).Version);
    }

    [Fact]
    public void Acknowledge_Refused_NotSentAgainUntilItChanges()
    {
        var stream = new ConfigurationStream(new Dictionary<string, ulong>());
        stream.Next(1, Wanted(("a", 1), ("b", 1)), first: true);

        Assert.True(stream.Acknowledge(new() { Revision = 1, Error = "no" }));

        Assert.Equal(0, stream.Applied);
        Assert.Null(stream.Next(2, Wanted(("a", 1), ("b", 1)), first: false));
        var next = stream.Next(3, Wanted(("a", 2)), first: false)!;
        Assert.Equal("a", Assert.Single(next.Set).Name);
        Assert.Equal("b", Assert.Single(next.Removed));
    }

    private static Dictionary<string, Resource> Wanted(params (string Name, ulong Version)[] resources) =>
        resources.ToDictionary(r => r.Name, r => new Resource { Name = r.Name, Version = r.Version });
}
