using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Cellway.Pki.Requesting;
using Cellway.State.Memory;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Manager;

public sealed class NodeConfigurationsTests : IAsyncLifetime
{
    private readonly MemoryStateStore _store = new(TimeProvider.System);
    private NetworkAuthority _authority = null!;
    private NodeConfigurations _configurations = null!;
    private RouteTables _tables = null!;

    public async ValueTask InitializeAsync()
    {
        var secret = new SealSecret(null, "correct horse");
        using var key = NodeKey.New();
        CreatedNetwork? created = null;
        var limit = TestContext.Current.CancellationToken;
        await NetworkCreator.CreateAsync(
            _store, new("x", new("x", "a.example", "b.example")), secret, key.CreateRequest(), c => created = c, TimeProvider.System, limit);
        _authority = await NetworkAuthority.OpenAsync(_store, new StateKeys(created!.Network), created.Network, secret, limit);
        _tables = new(_authority);
        _configurations = new(_tables, new WebCertificates(_authority), new ManagementAddresses { ForNodes = ["192.0.2.1:7443"] });
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

        var resources = _configurations.Of(view, entry);

        Assert.Equal(["entry/cells/north", "trust"], resources.Keys.Order(StringComparer.Ordinal));
        Assert.All(resources.Values, r => Assert.True(r.Routes is null && r.CoreCell is null && r.EntryAddresses is null));
        Assert.Equal("entry key", resources["entry/cells/north"].EntryCell.Certificate.PrivateKey.ToStringUtf8());
    }

    [Fact]
    public void Of_Core_ItsOwnRoutesAndNoOthers()
    {
        var view = ViewWithRoutes();
        foreach (var id in new[] { "core-0", "core-1", "core-2", "core-3", "core-4" })
        {
            var resources = _configurations.Of(view, view.Nodes[id]);
            var held = resources.Values.Where(r => r.Routes is not null).ToList();
            var pushed = held.SelectMany(r => r.Routes.Routes).Select(r => r.RouteId).ToList();

            Assert.Equal(_tables.For(view).RoutesOf(id).Select(r => ByteString.CopyFrom(r.ToArray())).ToHashSet(), pushed.ToHashSet());
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

        var addresses = _configurations.Of(view, view.Nodes["core-0"])["core/entries"].EntryAddresses.Addresses;

        Assert.Equal(["192.0.2.5", "2001:db8::5"], addresses.Select(a => new System.Net.IPAddress(a.Span).ToString()));
    }

    [Fact]
    public void Of_AnyNode_TrustListsRootsRevokedKeysAndManagement()
    {
        var view = ViewWithRoutes(
            Samples.Certificate("51", Samples.HashOf("b"), revoked: true), Samples.Certificate("52", Samples.HashOf("a"), revoked: true),
            Samples.Certificate("53", Samples.HashOf("a"), revoked: true), Samples.Certificate("54", Samples.HashOf("c"), revoked: false));

        var trust = _configurations.Of(view, view.Nodes["core-0"])["trust"].Trust;

        Assert.Equal([ByteString.CopyFrom(1, 2)], trust.Roots);
        Assert.Equal(
            new[] { Samples.HashOf("a"), Samples.HashOf("b") }.Order(StringComparer.Ordinal), trust.RevokedKeyHashes.Select(h => Convert.ToHexStringLower(h.Span)));
        Assert.Equal(["192.0.2.1:7443"], trust.Management);
    }

    [Fact]
    public void Of_SameContentInAnotherView_SameVersions()
    {
        var core = Samples.Node("core-0");
        var first = _configurations.Of(ViewWithRoutes(), core).ToDictionary(r => r.Key, r => r.Value.Version);
        var second = _configurations.Of(ViewWithRoutes(Samples.User("eve")), core).ToDictionary(r => r.Key, r => r.Value.Version);

        Assert.Equal(first, second);
        Assert.True(first.Values.Distinct().Count() > 2);
    }

    [Theory]
    [InlineData(CellState.Forming, true)]
    [InlineData(CellState.Active, true)]
    [InlineData(CellState.Compromised, false)]
    [InlineData(CellState.Retired, false)]
    public void Of_Entry_ServesLivingCellsOnly(CellState state, bool serves)
    {
        var view = Samples.View(Samples.Authority, Sealed(Samples.Cell("south", state)));

        Assert.Equal(serves, _configurations.Of(view, Samples.Node("e", Role.Entry, cell: null)).ContainsKey("entry/cells/south"));
        Assert.False(_configurations.Of(view, Samples.Node("e", Role.Entry, cell: "north")).ContainsKey("entry/cells/south"));
    }

    [Fact]
    public async Task Find_SomebodyHasAskedAboutANewerView_AnswersByThat()
    {
        var limit = TestContext.Current.CancellationToken;
        var device = Samples.Device("d1");
        foreach (var record in new object[] { Samples.Network, Sealed(Samples.Cell()), Samples.User(), device, Samples.Node("core-1") })
        {
            await _store.CommitAsync(new StateTransaction().Put(Samples.Entry(record).Key, Samples.Entry(record).Value), limit);
        }

        using var feed = new NetworkViewFeed(_store, Samples.Keys, TimeProvider.System, new ViewLog(NullLogger<ViewLog>.Instance));
        await feed.StartAsync(limit);
        var session = Samples.Entry(Samples.Session("core-1"));
        _tables.For(feed.Current.Apply(Samples.Keys, new(feed.Current.Revision + 1, [new(session.Key, session)])));

        var reply = new RouteLookup(feed, _tables, new FakeTimeProvider(Samples.Now)).Find(Hash256.Parse(device.CredentialHash));

        Assert.Equal("core-1", Assert.Single(reply!.Targets).CoreId);
        await feed.StopAsync(limit);
    }

    private NetworkView ViewWithRoutes(params object[] more) => Samples.View(
    [
        Samples.Authority, Sealed(Samples.Cell()), Samples.User(),
        .. Enumerable.Range(0, 5).SelectMany(i => new object[] { Samples.Node($"core-{i}"), Samples.Session($"core-{i}") }),
        .. Enumerable.Range(0, 20).Select(i => Samples.Device($"d{i}")),
        .. more,
    ]);

    private CellRecord Sealed(CellRecord cell) => cell with
    {
        EntryCertificate = cell.EntryCertificate with { SealedKey = _authority.SealWebKey("entry key"u8) },
        ExitCertificate = cell.ExitCertificate with { SealedKey = _authority.SealWebKey("exit key"u8) },
    };
}
