using Cellway.Manager.PhoneHome;
using Cellway.Model.Identities;

namespace Cellway.Tests.Manager;

public sealed class AttachedNodesTests
{
    private readonly AttachedNodes _attached = new();

    [Fact]
    public void Add_SameNodeAgain_EndsTheEarlierStream()
    {
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var (older, newer) = (Stream("a"), Stream("a"));
        _attached.Add(older, first);

        _attached.Add(newer, second);
        _attached.Remove(older, first); // too late: it is not the one that is there

        Assert.True(first.IsCancellationRequested);
        Assert.False(second.IsCancellationRequested);
        Assert.Same(newer, _attached.Find("a"));
    }

    [Fact]
    public void Add_EarlierStreamHasJustEnded_NewOneStays()
    {
        var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        _attached.Add(Stream("a"), first);
        first.Dispose();
        var newer = Stream("a");

        _attached.Add(newer, second);

        Assert.Same(newer, _attached.Find("a"));
    }

    [Fact]
    public void Entries_Mixed_OnlyEntries()
    {
        using var ending = new CancellationTokenSource();
        _attached.Add(Stream("core"), ending);
        _attached.Add(Stream("entry", Role.Entry), ending);

        Assert.Equal(["entry"], _attached.Entries.Select(e => e.Node.Id));
        Assert.Null(_attached.Find("other"));
    }

    private static NodeStream Stream(string id, Role role = Role.Core) => new(Samples.Node(id, role), drained: false, new(Samples.Session(id), 0), null, null!, null, null, null!, null!, null!, TimeProvider.System, null!);
}
