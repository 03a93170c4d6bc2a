using System.Security.Cryptography;
using Cellway.Manager.Api;
using Cellway.Model.Identities;
using Cellway.Pki.Issuing;

namespace Cellway.IntegrationTests.Manager;

public sealed class AdminApiTests
{
    [Fact]
    public async Task Requests_GoodOnes_DoAndShowWhatWasAsked()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var admin = network.Admin;

        var south = await admin.PostAsync<CellInfo>("/v1/cells", new NewCell("south", "entry.south.example", "exit.south.example", ["[2001:db8::1]:443"]));
        Assert.Equal(("south", "active", "[2001:db8::1]:443"), (south.Id, south.State, Assert.Single(south.EntryAddresses)));
        Assert.Equal(south, await admin.GetAsync<CellInfo>("/v1/cells/south"), SameJson);
        Assert.Equal(["north", "south"], (await admin.GetAsync<IReadOnlyList<CellInfo>>("/v1/cells")).Select(c => c.Id));
        var changed = await admin.ExpectAsync<CellInfo>(HttpMethod.Patch, "/v1/cells/south", new CellChange("forming", ["192.0.2.1:8443", "a.example:443"]));
        Assert.Equal("forming 192.0.2.1:8443 a.example:443", $"{changed.State} {string.Join(' ', changed.EntryAddresses)}");
        Assert.NotEqual(south.PrivateRoot, changed.PrivateRoot);

        var made = WebCertificateMaker.Make(["entry.south.example"], [], TimeSpan.FromDays(9), TimeProvider.System);
        var key = PemEncoding.WriteString("PRIVATE KEY", made.PrivateKey);
        var brought = await admin.ExpectAsync<CellInfo>(HttpMethod.Put, "/v1/cells/south/certificates/entry", new NewWebCertificate($"{made.Chain}\n{key}\n", key));
        Assert.Null(brought.PrivateRoot);
        Assert.Equal(DateTimeOffset.UtcNow.AddDays(9), brought.EntryCertificateEnds, TimeSpan.FromMinutes(2));
        Assert.Equal(1, network.View.Cells["south"].EntryCertificate.Chain.Split("BEGIN").Length - 1);

        var carol = await admin.PostAsync<ParticipantInfo>("/v1/participants", new NewParticipant("carol", 1 << 30));
        Assert.Equal(("carol", 1L << 30, 0), (carol.Id, carol.ReserveBytesPerMonth, carol.Nodes));
        Assert.Equal(["alice", "carol"], (await admin.GetAsync<IReadOnlyList<ParticipantInfo>>("/v1/participants")).Select(p => p.Id));

        var bob = await admin.PostAsync<UserInfo>("/v1/users", new NewUser("bob"));
        var device = (await admin.PostAsync<DeviceCredential>("/v1/devices", new NewDevice("bob", "phone"))).Device;
        Assert.Equal(("bob", "phone", "north", false, null), (device.User, device.Name, device.Cell, device.Disabled, device.Core));
        Assert.Equal(bob with { Devices = 1 }, Assert.Single(await admin.GetAsync<IReadOnlyList<UserInfo>>("/v1/users")));
        Assert.True((await admin.ExpectAsync<UserInfo>(HttpMethod.Patch, "/v1/users/bob", new UserChange(true))).Disabled);
        Assert.True((await admin.ExpectAsync<UserInfo>(HttpMethod.Patch, "/v1/users/bob", new UserChange())).Disabled);
        var reissued = await admin.PostAsync<DeviceCredential>($"/v1/devices/{device.Id}/credential");
        Assert.Equal(device, reissued.Device);
        Assert.Equal(204, (await admin.SendAsync(HttpMethod.Delete, $"/v1/devices/{device.Id}", null)).Status);
        Assert.Empty(await admin.GetAsync<IReadOnlyList<DeviceInfo>>("/v1/devices"));
        await admin.PostAsync<DeviceCredential>("/v1/devices", new NewDevice("bob", "phone")); // its name is free again

        var token = await admin.PostAsync<CreatedToken>("/v1/tokens", new NewToken("carol", "entry"));
        Assert.Equal(("open", null), (token.Info.State, token.Info.Cell));
        Assert.Equal(DateTimeOffset.UtcNow.AddHours(24), token.Info.ExpiresAt, TimeSpan.FromMinutes(2));
        Assert.Equal("revoked", (await admin.ExpectAsync<TokenInfo>(HttpMethod.Delete, $"/v1/tokens/{token.Info.Id}", null)).State);

        var core = await network.EnrollAsync(Role.Core);
        Assert.Equal("offline", (await admin.PostAsync<NodeInfo>($"/v1/nodes/{core.Id}/drain")).State);
        Assert.Equal("revoked", (await admin.PostAsync<NodeInfo>($"/v1/nodes/{core.Id}/revoke")).State);
        Assert.Equal("revoked", (await admin.PostAsync<NodeInfo>($"/v1/nodes/{core.Id}/revoke")).State);

        var status = await admin.GetAsync<NetworkStatus>("/v1/status");
        Assert.Equal((network.Network.Network, "Test network", 2, 0, 1, 1), (status.Network, status.Name, status.Cells.Count, status.Nodes.Count, status.Users, status.Devices));
    }

    public static TheoryData<string, string, string, int> Bad => new()
    {
        { "POST", "/v1/users", "{", 400 },
        { "POST", "/v1/users", "null", 400 },
        { "POST", "/v1/users", "[]", 400 },
        { "POST", "/v1/users", "{}", 400 },
        { "POST", "/v1/users", """{"id":"Bob"}""", 400 },
        { "POST", "/v1/users", """{"id":"-bob"}""", 400 },
        { "POST", "/v1/users", """{"id":"a/b"}""", 400 },
        { "POST", "/v1/users", """{"id":7}""", 400 },
        { "POST", "/v1/users", """{"id":"bob"}""", 409 },
        { "PATCH", "/v1/users/nobody", "{}", 404 },
        { "PATCH", "/v1/users/%D0%96", "{}", 404 },
        { "PATCH", "/v1/users/bob%2F..", "{}", 404 },
        { "POST", "/v1/participants", """{"id":"Алиса"}""", 400 },
        { "POST", "/v1/participants", """{"id":"dave","reserveBytesPerMonth":-1}""", 400 },
        { "POST", "/v1/participants", """{"id":"alice"}""", 409 },
        { "POST", "/v1/devices", """{"user":"bob","name":"My Phone"}""", 400 },
        { "POST", "/v1/devices", """{"user":"bob","name":"phone"}""", 409 },
        { "POST", "/v1/devices", """{"user":"nobody","name":"phone"}""", 404 },
        { "POST", "/v1/devices", """{"user":"Ж","name":"phone"}""", 404 },
        { "POST", "/v1/devices", """{"name":"phone"}""", 404 },
        { "POST", "/v1/devices", """{"user":"bob","name":"laptop","cell":"nowhere"}""", 404 },
        { "POST", "/v1/devices", """{"user":"bob","name":"laptop","cell":"retired"}""", 409 },
        { "PATCH", "/v1/devices/none", "{}", 404 },
        { "POST", "/v1/devices/none/credential", "", 404 },
        { "DELETE", "/v1/devices/none", "", 404 },
        { "DELETE", "/v1/devices/%D0%96", "", 404 },
        { "POST", "/v1/tokens", """{"participant":"alice","role":"operator"}""", 400 },
        { "POST", "/v1/tokens", """{"participant":"alice","role":"core"}""", 400 },
        { "POST", "/v1/tokens", """{"participant":"alice","role":"entry","lifetime":"00:00:00"}""", 400 },
        { "POST", "/v1/tokens", """{"participant":"alice","role":"entry","lifetime":"8.00:00:00"}""", 400 },
        { "POST", "/v1/tokens", """{"participant":"alice","role":"entry","lifetime":"soon"}""", 400 },
        { "POST", "/v1/tokens", """{"participant":"nobody","role":"entry"}""", 404 },
        { "POST", "/v1/tokens", """{"participant":"Ж","role":"entry"}""", 404 },
        { "POST", "/v1/tokens", """{"role":"entry"}""", 404 },
        { "POST", "/v1/tokens", """{"participant":"alice","role":"core","cell":"nowhere"}""", 404 },
        { "POST", "/v1/tokens", """{"participant":"alice","role":"core","cell":"retired"}""", 409 },
        { "DELETE", "/v1/tokens/none", "", 404 },
        { "POST", "/v1/nodes/none/drain", "", 404 },
        { "POST", "/v1/nodes/none/revoke", "", 404 },
        { "POST", "/v1/nodes/%D0%96/revoke", "", 404 },
        { "POST", "/v1/cells", """{"id":"West","entryDomain":"a.example","exitDomain":"b.example"}""", 400 },
        { "POST", "/v1/cells", """{"id":"west","entryDomain":"a.example","exitDomain":"a.example"}""", 400 },
        { "POST", "/v1/cells", """{"id":"west","entryDomain":"localhost","exitDomain":"b.example"}""", 400 },
        { "POST", "/v1/cells", """{"id":"west","entryDomain":"192.0.2.1","exitDomain":"b.example"}""", 400 },
        { "POST", "/v1/cells", """{"id":"west","exitDomain":"b.example"}""", 400 },
        { "POST", "/v1/cells", """{"id":"west","entryDomain":"a.example","exitDomain":"b.example","entryAddresses":["nope"]}""", 400 },
        { "POST", "/v1/cells", """{"id":"west","entryDomain":"a.example","exitDomain":"b.example","entryAddresses":[null]}""", 400 },
        { "POST", "/v1/cells", """{"id":"north","entryDomain":"a.example","exitDomain":"b.example"}""", 409 },
        { "POST", "/v1/cells", """{"id":"west","entryDomain":"exit.north.example","exitDomain":"b.example"}""", 409 },
        { "GET", "/v1/cells/nowhere", "", 404 },
        { "PATCH", "/v1/cells/nowhere", """{"state":"active"}""", 404 },
        { "PATCH", "/v1/cells/%D0%96", """{"state":"active"}""", 404 },
        { "PATCH", "/v1/cells/north", """{"state":"gone"}""", 400 },
        { "PATCH", "/v1/cells/north", """{"state":"1"}""", 400 },
        { "PATCH", "/v1/cells/north", """{"state":"forming,active"}""", 400 },
        { "PATCH", "/v1/cells/north", """{"entryAddresses":["1.2.3.4"]}""", 400 },
        { "PUT", "/v1/cells/north/certificates/middle", """{"chain":"","privateKey":""}""", 400 },
        { "PUT", "/v1/cells/north/certificates/entry", """{"chain":"x","privateKey":"y"}""", 400 },
        { "PUT", "/v1/cells/north/certificates/entry", "{}", 400 },
        { "PUT", "/v1/cells/nowhere/certificates/entry", """{"chain":"x","privateKey":"y"}""", 404 },
    };

    [Fact]
    public async Task Requests_BadOnes_SayWhyAndChangeNothing()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await network.NewDeviceAsync("bob");
        await network.Admin.PostAsync<CellInfo>("/v1/cells", new NewCell("retired", "entry.old.example", "exit.old.example"));
        await network.Admin.ExpectAsync<CellInfo>(HttpMethod.Patch, "/v1/cells/retired", new CellChange("retired"));
        var before = await WrittenByOperatorsAsync(network);

        List<string> wrong = [];
        foreach (var row in Bad)
        {
            var (method, path, body, expected) = row.Data;
            var (status, text) = await network.Admin.SendAsync(new(method), path, body.Length == 0 ? null : body);
            if (status != expected || !text.Contains("\"message\"", StringComparison.Ordinal))
            {
                wrong.Add($"{method} {path} {body}: {status} {text}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(before, await WrittenByOperatorsAsync(network));
    }

    // What the leader and the replica write of their own accord may come at any time.
    private static async Task<List<string>> WrittenByOperatorsAsync(ManagedNetwork network)
    {
        string[] others = ["/leader", "/replicas/", "/endpoints/", "/rotations/", "/cell-returns/", "/audit", "/trust"];
        var all = await network.Store.ListAsync("", TestContext.Current.CancellationToken);
        return [.. all.Entries.Where(e => !others.Any(o => e.Key.Contains(o, StringComparison.Ordinal))).Select(e => $"{e.Key} {e.ModRevision}")];
    }

    [Fact]
    public async Task Device_WithoutACell_GoesToTheActiveCellWithTheFewest()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await network.Admin.PostAsync<CellInfo>("/v1/cells", new NewCell("a-retired", "entry.old.example", "exit.old.example"));
        await network.Admin.ExpectAsync<CellInfo>(HttpMethod.Patch, "/v1/cells/a-retired", new CellChange("Retired"));
        await network.Admin.PostAsync<CellInfo>("/v1/cells", new NewCell("south", "entry.south.example", "exit.south.example"));

        var homes = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            homes.Add((await network.NewDeviceAsync("bob", $"phone-{i}")).Device.Cell);
        }

        Assert.Equal(["north", "south", "north", "south"], homes);
        var urls = (await network.NewDeviceAsync("bob", "last")).SubscriptionUrls;
        Assert.Equal(["https://127.0.0.1:8443/", "https://entry.south.example/"], urls.Select(u => new Uri(u).GetLeftPart(UriPartial.Authority) + "/"));
    }

    [Fact]
    public async Task Token_Spent_CannotBeRevoked()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        var token = Assert.Single(await network.Admin.GetAsync<IReadOnlyList<TokenInfo>>("/v1/tokens"));

        var (status, error) = await network.Admin.FailAsync(HttpMethod.Delete, $"/v1/tokens/{token.Id}", null);

        Assert.Equal(409, status);
        Assert.Contains(core.Id, error.Message, StringComparison.Ordinal);
    }

    private static bool SameJson(CellInfo left, CellInfo right) =>
        System.Text.Json.JsonSerializer.Serialize(left, AdminJson.Default.CellInfo) == System.Text.Json.JsonSerializer.Serialize(right, AdminJson.Default.CellInfo);
}
