using Cellway.Manager.Authority;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Cellway.Pki.Requesting;
using Cellway.State.Memory;
using Google.Protobuf;

namespace Cellway.Tests.Manager;

public sealed class NodeResourcesTests : IAsyncLifetime
{
    private readonly MemoryStateStore _store = new(TimeProvider.System);
    private NetworkAuthority _authority = null!;

    public async ValueTask InitializeAsync()
    {
        var secret = new SealSecret(null, "correct horse");
        using var key = NodeKey.New();
        CreatedNetwork? created = null;
        var limit = TestContext.Current.CancellationToken;
        await NetworkCreator.CreateAsync(
            _store, new("x", new("x", "a.example", "b.example")), secret, key.CreateRequest(), c => created = c, TimeProvider.System, limit);
        _authority = await NetworkAuthority.OpenAsync(_store, new StateKeys(created!.Network), created.Network, secret, limit);
    }

    public async ValueTask DisposeAsync()
    {
        _authority.Dispose();
        await _store.DisposeAsync();
    }

    [Fact]
    public void Of_Entry_NeverARouteNorACoresCell()
    {
        var view = ViewWithRoutes();
        var entry = Samples.Node("entry-1", Role.Entry, cell: null);

        var resources = Of(view, entry);

        Assert.Equal(["entry/cells/north", "names/entry/north", "names/exit/north", "trust"], resources.Keys.Order(StringComparer.Ordinal));
        Assert.All(resources.Values, r => Assert.True(r.Routes is null && r.CoreCell is null && r.EntryAddresses is null));
        Assert.Equal("entry key", resources["entry/cells/north"].EntryCell.Certificate.PrivateKey.ToStringUtf8());
    }

    [Fact]
    public void Of_Core_ItsOwnRoutesAndNoOthers()
    {
        var view = ViewWithRoutes();
        foreach (var id in new[] { "core-0", "core-1", "core-2", "core-3", "core-4" })
        {
            var resources = Of(view, view.Nodes[id]);
            var held = resources.Values.Where(r => r.Routes is not null).ToList();
            var pushed = held.SelectMany(r => r.Routes.Routes).Select(r => r.RouteId).ToList();

            Assert.Equal(RoutesOf(view, id), pushed.ToHashSet());
            Assert.NotEmpty(pushed);
            Assert.All(held, r => Assert.All(r.Routes.Routes, route => Assert.Equal(r.Name, $"core/routes/{route.RouteId[0]:x2}")));
            Assert.All(held, r => Assert.Equal(r.Routes.Routes.Select(x => Convert.ToHexString(x.RouteId.Span)).Order(StringComparer.Ordinal), r.Routes.Routes.Select(x => Convert.ToHexString(x.RouteId.Span))));
            Assert.Equal("exit key", resources["core/cell"].CoreCell.Certificate.PrivateKey.ToStringUtf8());
            Assert.DoesNotContain(resources.Keys, name => name.StartsWith("entry/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Of_Core_AddressesOfEntriesOnlyEachOnce()
    {
        var view = ViewWithRoutes(
            Samples.Node("e1", Role.Entry), Samples.Session("e1", observed: "192.0.2.5"),
            Samples.Node("e2", Role.Entry), Samples.Session("e2", observed: "192.0.2.5"),
            Samples.Node("e3", Role.Entry), Samples.Session("e3", observed: "2001:db8::5"),
            Samples.Node("e4", Role.Entry, state: NodeState.Revoked), Samples.Session("e4", observed: "192.0.2.6"));

        var addresses = Of(view, view.Nodes["core-0"])["core/entries"].EntryAddresses.Addresses;

        Assert.Equal(["192.0.2.5", "2001:db8::5"], addresses.Select(a => new System.Net.IPAddress(a.Span).ToString()));
    }

    [Fact]
    public void Of_Core_AddressesOfEntryPodsWorkersToo()
    {
        var view = ViewWithRoutes(Samples.Node("e1", Role.Entry) with { Addresses = ["192.0.2.5", "192.0.2.8"] }, Samples.Session("e1", observed: "192.0.2.5"));

        var addresses = Of(view, view.Nodes["core-0"])["core/entries"].EntryAddresses.Addresses;

        Assert.Equal(["192.0.2.5", "192.0.2.8"], addresses.Select(a => new System.Net.IPAddress(a.Span).ToString()));
    }

    [Fact]
    public void Of_AnyNode_TrustListsRootsRevokedKeysAndManagement()
    {
        var view = ViewWithRoutes(
            Samples.Certificate("51", Samples.HashOf("b"), revoked: true), Samples.Certificate("52", Samples.HashOf("a"), revoked: true),
            Samples.Certificate("53", Samples.HashOf("a"), revoked: true), Samples.Certificate("54", Samples.HashOf("c"), revoked: false));

        var trust = Of(view, view.Nodes["core-0"])["trust"].Trust;

        Assert.Equal([ByteString.CopyFrom(1, 2)], trust.Roots);
        Assert.Equal(
            new[] { Samples.HashOf("a"), Samples.HashOf("b") }.Order(StringComparer.Ordinal), trust.RevokedKeyHashes.Select(h => Convert.ToHexStringLower(h.Span)));
        Assert.Equal(["192.0.2.1:7443"], trust.Management);
    }

    [Fact]
    public void Of_SameContentInAnotherView_SameVersions()
    {
        var core = Samples.Node("core-0");
        var first = Of(ViewWithRoutes(), core).ToDictionary(r => r.Key, r => r.Value.Version);
        var second = Of(ViewWithRoutes(Samples.User("eve")), core).ToDictionary(r => r.Key, r => r.Value.Version);

        Assert.Equal(first, second);
        Assert.True(first.Values.Distinct().Count() > 2);
    }

    [Theory]
    [InlineData(CellState.Forming, true)]
    [InlineData(CellState.Active, true)]
    [InlineData(CellState.Compromised, true)]
    [InlineData(CellState.Retired, false)]
    public void Of_Entry_ServesLivingCellsOnly(CellState state, bool serves)
    {
        var view = Samples.View(Samples.Authority, Sealed(Samples.Cell("south", state)), Samples.Rotation("south"));
        var (any, bound) = (Of(view, Samples.Node("e", Role.Entry, cell: null)), Of(view, Samples.Node("e", Role.Entry, cell: "north")));

        Assert.Equal(serves, any.ContainsKey("entry/cells/south"));
        Assert.Equal(serves, any.ContainsKey("names/entry/south"));
        Assert.False(bound.ContainsKey("entry/cells/south"));
        Assert.False(bound.ContainsKey("names/entry/south"));
        Assert.True(bound.ContainsKey("names/exit/south")); // a route may lead there
    }

    [Fact]
    public void Of_Core_TheExitNamesOfItsOwnCellWithTheirLives()
    {
        var view = ViewWithRoutes(Sealed(Samples.Cell("south")), Samples.Rotation("south"));

        var resources = Of(view, view.Nodes["core-0"]);

        Assert.Equal(["names/exit/north"], resources.Keys.Where(k => k.StartsWith("names/", StringComparison.Ordinal)));
        var name = Assert.Single(resources["names/exit/north"].ExitNames.Names);
        var expected = view.Rotations["north"].ExitNames[0];
        Assert.Equal(
            (expected.Name, expected.NotBefore.ToUnixTimeSeconds(), expected.NotAfter!.Value.ToUnixTimeSeconds()), (name.Name, name.NotBefore, name.NotAfter));
    }

    [Fact]
    public void Touched_ChangeOfNames_NeitherCertificatesNorKeysMove()
    {
        var view = ViewWithRoutes();
        var before = SharedResources.After(null, view, [], new WebCertificates(_authority), withEntries: true);
        var changed = Samples.Rotation() with { EntryNames = [.. Samples.Rotation().EntryNames, new() { Name = "api.v2.rpc.cc", NotBefore = Samples.Now }] };
        view = view.Apply(Samples.Keys, new(2, [new(Samples.Keys.Rotation("north"), Samples.Entry(changed))]), out _);

        var after = SharedResources.After(before, view, [], new WebCertificates(_authority), withEntries: false);

        Assert.Empty(after.CellsChangedSince(before));
        Assert.Equal(["north"], after.NamesChangedSince(before));
        Assert.Same(before.EntryCell("north"), after.EntryCell("north"));
        Assert.NotEqual(before.EntryNames("north")!.Version, after.EntryNames("north")!.Version);
        Assert.Equal(before.ExitNames("north")!.Version, after.ExitNames("north")!.Version); // so it is not sent
        Assert.Contains("names/entry/north", NodeResources.Touched(Samples.Node("e", Role.Entry, cell: null), false, false, [], ["north"]));
    }

    private NetworkView ViewWithRoutes(params object[] more) => Samples.View(
    [
        Samples.Authority, Sealed(Samples.Cell()), Samples.Rotation(), Samples.User(),
        .. Enumerable.Range(0, 5).SelectMany(i => new object[] { Samples.Node($"core-{i}"), Samples.Session($"core-{i}") }),
        .. Enumerable.Range(0, 20).Select(i => Samples.Device($"d{i}")),
        .. more,
    ]);

    private Dictionary<string, Resource> Of(NetworkView view, NodeRecord node)
    {
        var shared = SharedResources.After(null, view, ["192.0.2.1:7443"], new WebCertificates(_authority), withEntries: true);
        var resources = new NodeResources(node, node.Role == Role.Core ? TableOf(view).Follow(node.Id) : null, shared);
        return resources.Names.Select(n => resources.Find(n)).OfType<Resource>().ToDictionary(r => r.Name);
    }

    private RouteTable TableOf(NetworkView view)
    {
        var table = new RouteTable(_authority.RouteIds);
        table.Apply(view, new() { Everything = true });
        return table;
    }

    private HashSet<ByteString> RoutesOf(NetworkView view, string core)
    {
        var table = TableOf(view);
        return
        [
            .. view.Accounts.AllDevices().SelectMany(d => table.RoutesFor(view, d.Row))
                .Where(r => r.Core.Id == core).Select(r => ByteString.CopyFrom(r.RouteId.ToArray())),
        ];
    }

    private CellRecord Sealed(CellRecord cell) => cell with
    {
        EntryCertificate = cell.EntryCertificate with { SealedKey = _authority.SealWebKey("entry key"u8) },
        ExitCertificate = cell.ExitCertificate with { SealedKey = _authority.SealWebKey("exit key"u8) },
    };
}
