using Cellway.Manager.Api;
using Cellway.Manager.Leadership;
using Cellway.Model.Identities;
using Cellway.Pki.Requesting;

namespace Cellway.IntegrationTests.Manager;

public sealed class RegenerationTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Regenerate_LeaderStopsInTheMiddle_TheOtherEndsIt_AndDevicesKeepTheirCredentials()
    {
        await using var network = await ManagedNetwork.StartAsync(o => o with { Leadership = new() { LeaseFor = TimeSpan.FromSeconds(3) } });
        var second = await network.StartReplicaAsync();
        using var other = new AdminClient(second.Admin, network.Operator);
        var core = await network.EnrollAsync(Role.Core);
        var entry = await network.EnrollAsync(Role.Entry, cell: null);
        var device = await network.NewDeviceAsync("bob");
        for (var i = 0; i < 12; i++)
        {
            await network.NewDeviceAsync("bob", $"laptop-{i}");
        }

        await network.Admin.PostAsync<RegenerationInfo>("/v1/cells/north/regeneration", new NewRegeneration("e2.example", "x2.example", ReadyCores: 1, DevicesPerSecond: 2, Grace: TimeSpan.Zero));
        var (status, error) = await other.FailAsync(HttpMethod.Post, "/v1/cells/north/regeneration", new NewRegeneration("e3.example", "x3.example"));
        Assert.Equal(409, status); // another operator, at the same time
        Assert.Contains("north-2 already", error.Message, StringComparison.Ordinal);

        var tokens = await network.Admin.PostAsync<IReadOnlyList<CreatedToken>>("/v1/cells/north/regeneration/tokens", new NewRegenerationTokens());
        Assert.Equal((ManagedNetwork.Participant, "north-2"), (Assert.Single(tokens).Info.Participant, tokens[0].Info.Cell));
        Assert.Empty(await network.Admin.PostAsync<IReadOnlyList<CreatedToken>>("/v1/cells/north/regeneration/tokens", new NewRegenerationTokens()));
        var again = await network.Admin.PostAsync<IReadOnlyList<CreatedToken>>("/v1/cells/north/regeneration/tokens", new NewRegenerationTokens(Again: true));
        Assert.Equal(2, (await network.Admin.GetAsync<IReadOnlyList<TokenInfo>>("/v1/tokens")).Count(t => t.Cell == "north-2"));

        // The participant's new Core, found well by an Entry.
        Assert.True(JoinToken.TryParse(again[0].Token, out var token, out _));
        using var key = NodeKey.New();
        using var anonymous = network.Connect(null);
        var joined = new EnrolledNode(key, await anonymous.EnrollAsync(ManagedNetwork.Request(token, Role.Core, key)));
        using var coreClient = network.Connect(joined.Certificate);
        await using var stream = await coreClient.AttachAsync();
        using var entryClient = network.Connect(entry.Certificate);
        await using var entryStream = await entryClient.AttachAsync();
        await ReadyAsync(network, joined.Id);

        // The leader goes while devices move.
        await UntilAsync(async () => (await StatusAsync(network.Admin)).Moved > 0);
        Assert.True((await StatusAsync(network.Admin)).DevicesLeft > 0);
        var leads = (await network.Admin.GetAsync<IReadOnlyList<ReplicaInfo>>("/v1/replicas")).Single(r => r.Leads);
        if (leads.Id == second.Get<Replica>().Id)
        {
            await second.DisposeAsync();
        }
        else
        {
            await network.Store.CommitAsync(new Cellway.Model.State.StateTransaction().Delete(network.Keys.Leader), Token); // it loses the lead, and anybody may have it
        }

        await UntilAsync(async () => (await StatusAsync(network.Admin)).Step == "done");
        var done = await StatusAsync(network.Admin);
        Assert.Equal((13L, 0, false), (done.Moved, done.DevicesLeft, done.CanBeUndone));
        Assert.Equal("retired", (await network.Admin.GetAsync<CellInfo>("/v1/cells/north")).State);
        Assert.True(network.View.IsRevoked(network.View.Nodes[core.Id].KeyHash));
        Assert.False(network.View.IsRevoked(network.View.Nodes[joined.Id].KeyHash));
        Assert.Equal(200u, (await entryClient.FetchSubscriptionAsync(new() { Token = ResolveTests.TokenOf(device), Method = "GET" })).Status);
        Assert.Equal("closed", (await network.Admin.GetAsync<IncidentInfo>($"/v1/incidents/{done.Incident}")).State);
        var (late, _) = await network.Admin.FailAsync(HttpMethod.Post, "/v1/cells/north/regeneration/undo", null);
        Assert.Equal(409, late);
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Undo_WhileItForms_LeavesEverythingAsItWas_AndItCanBeBegunAgainIntoTheSameCell()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await network.NewDeviceAsync("bob");
        var begun = await network.Admin.PostAsync<RegenerationInfo>("/v1/cells/north/regeneration", new NewRegeneration("e2.example", "x2.example"));
        Assert.Equal(("north-2", "forming", 1, true), (begun.Successor, begun.Step, begun.ReadyCores, begun.CanBeUndone));
        Assert.Equal(5, (await network.Admin.ExpectAsync<RegenerationInfo>(HttpMethod.Patch, "/v1/cells/north/regeneration", new RegenerationChange(ReadyCores: 5))).ReadyCores);
        var (status, error) = await network.Admin.FailAsync(HttpMethod.Post, "/v1/cells/north/recover", null);
        Assert.Equal(409, status);
        Assert.Contains("--undo", error.Message, StringComparison.Ordinal);
        var (held, _) = await network.Admin.FailAsync(HttpMethod.Post, $"/v1/incidents/{begun.Incident}/close", new IncidentClosing());
        Assert.Equal(409, held);

        await network.Admin.PostAsync<RegenerationInfo>("/v1/cells/north/regeneration/undo");
        await UntilAsync(async () => (await StatusAsync(network.Admin)).Step == "undone");

        Assert.Equal(("active", 1), ((await network.Admin.GetAsync<CellInfo>("/v1/cells/north")).State, network.View.Accounts.DevicesIn("north")));
        Assert.Equal("north-2", (await network.Admin.PostAsync<RegenerationInfo>("/v1/cells/north/regeneration", new NewRegeneration(Into: "north-2"))).Successor);
    }

    private static Task<RegenerationInfo> StatusAsync(AdminClient admin) => admin.GetAsync<RegenerationInfo>("/v1/cells/north/regeneration");

    // As an Entry's probe would have it.
    internal static async Task ReadyAsync(ManagedNetwork network, string core)
    {
        await UntilAsync(async () =>
        {
            if (await network.Store.GetAsync(network.Keys.Session(core), Token) is not { } entry)
            {
                return false;
            }

            var session = Cellway.Model.State.StateJson.Read<Cellway.Model.Nodes.NodeSessionRecord>(entry);
            return (await network.Store.CommitAsync(
                new Cellway.Model.State.StateTransaction().Replace(entry, Cellway.Model.State.StateJson.Write(session with { Ready = true })), Token)).Succeeded;
        });
        await UntilAsync(() => Task.FromResult(network.View.Sessions.TryGetValue(core, out var seen) && seen.Ready)); // what its replica answers from
    }

    internal static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Soon);
        while (!await condition())
        {
            await Task.Delay(50, limit.Token);
        }
    }
}
