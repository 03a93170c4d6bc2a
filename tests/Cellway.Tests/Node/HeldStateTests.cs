using Cellway.Model.Contracts;
using Cellway.Node.LastGood;

namespace Cellway.Tests.Node;

public sealed class HeldStateTests
{
    [Fact]
    public void After_Snapshot_ForgetsWhatItDoesNotName()
    {
        var (held, _) = HeldState.Empty.After(Snapshot(1, ("a", 1), ("b", 1)));
        var (next, changed) = held.After(Snapshot(2, ("b", 1), ("c", 1)));
        Assert.Equal(["b", "c"], next.Resources.Keys.Order());
        Assert.Equal(["a", "c"], changed.Order());
        Assert.Equal(2, next.Revision);
        Assert.Equal(["a", "b"], held.Resources.Keys.Order());
    }

    [Fact]
    public void After_Delta_KeepsTheRest()
    {
        var (held, _) = HeldState.Empty.After(Snapshot(1, ("a", 1), ("b", 1), ("c", 1)));
        var delta = Snapshot(2, ("a", 2));
        delta.Snapshot = false;
        delta.Removed.Add(["b", "never held"]);
        var (next, changed) = held.After(delta);
        Assert.Equal(["a", "c"], next.Resources.Keys.Order());
        Assert.Equal(["a", "b"], changed.Order());
    }

    [Fact]
    public void ToUpdate_AppliedToNothing_IsTheSameState()
    {
        var (held, _) = HeldState.Empty.After(Snapshot(7, ("a", 1), ("b", 2)));
        var (again, _) = HeldState.Empty.After(held.ToUpdate());
        Assert.Equal(7, again.Revision);
        Assert.Equal(held.Resources.OrderBy(r => r.Key), again.Resources.OrderBy(r => r.Key));
    }

    private static Update Snapshot(long revision, params (string Name, ulong Version)[] resources) => new()
    {
        Revision = revision,
        Snapshot = true,
        Set = { resources.Select(r => new Resource { Name = r.Name, Version = r.Version }) },
    };
}
