using Cellway.Manager.Api;
using Cellway.Model.Cells;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Cellway.Pki.Requesting;
using Grpc.Core;

namespace Cellway.IntegrationTests.Manager;

public sealed class StoreFaultTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Enroll_CommitFails_CertificateAndSpentTokenOrNeither(bool answerIsLost)
    {
        FaultyStore store = null!;
        await using var network = await ManagedNetwork.StartAsync(wrap: inner => store = new(inner));
        using var client = network.Connect(null);
        using var key = NodeKey.New();
        var token = await network.NewTokenAsync(Role.Core);

        store.FailNext(t => t.Writes.Any(w => w.Key.Contains("/nodes/", StringComparison.Ordinal)), answerIsLost);
        var e = await Assert.ThrowsAsync<RpcException>(() => client.EnrollAsync(ManagedNetwork.Request(token, Role.Core, key)));
        Assert.Equal(StatusCode.Unavailable, e.StatusCode); // which tells the node to ask again

        var record = StateJson.Read<JoinTokenRecord>((await store.GetAsync(network.Keys.JoinToken(Convert.ToHexStringLower(token.Id)), TestContext.Current.CancellationToken))!);
        var certificates = (await store.ListAsync(network.Keys.Certificate(""), TestContext.Current.CancellationToken)).Entries.Count - 1;
        var nodes = (await store.ListAsync(network.Keys.Node(""), TestContext.Current.CancellationToken)).Entries.Count;
        Assert.Equal(answerIsLost ? (true, 1, 1) : (false, 0, 0), (record.Spent is not null, certificates, nodes));

        var credential = await client.EnrollAsync(ManagedNetwork.Request(token, Role.Core, key));
        Assert.Single((await store.ListAsync(network.Keys.Node(""), TestContext.Current.CancellationToken)).Entries);
        using var withIt = network.Connect(new EnrolledNode(key, credential).Certificate);
        await using var stream = await withIt.AttachAsync();
        await stream.NextUpdateAsync();
    }

    [Fact]
    public async Task Admin_StateAway_SaysSo()
    {
        FaultyStore store = null!;
        await using var network = await ManagedNetwork.StartAsync(wrap: inner => store = new(inner));
        store.FailNext(_ => true, loseAnswer: false);

        var (status, error) = await network.Admin.FailAsync(HttpMethod.Post, "/v1/users", new NewUser("bob"));

        Assert.Equal((503, "unavailable"), (status, error.Code));
        Assert.Contains("The test says so.", error.Message, StringComparison.Ordinal); // the store knows what to do
    }

    [Fact]
    public async Task Look_StateAway_IsShownWhatWasSeenLastAndToldSo()
    {
        FaultyStore store = null!;
        await using var network = await ManagedNetwork.StartAsync(wrap: inner => store = new(inner));
        using var http = TestHttp.Client(network.Replica.Admin, network.Operator);
        using var fresh = await http.GetAsync(new Uri("/v1/participants", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.False(fresh.Headers.Contains(AdminHeaders.Stale));

        store.ListsFail = true;
        using var stale = await http.GetAsync(new Uri("/v1/participants", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.True(stale.IsSuccessStatusCode);
        Assert.True(stale.Headers.Contains(AdminHeaders.Stale));
        Assert.Contains(ManagedNetwork.Participant, await stale.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_StateAwayWhileTheCallerIsJudged_TellsItToAskAgain()
    {
        FaultyStore store = null!;
        await using var network = await ManagedNetwork.StartAsync(wrap: inner => store = new(inner));
        using var key = NodeKey.New();
        Assert.True(Pki.Issuing.CertificateRequestReader.TryRead(key.CreateRequest(), out var publicKey, out _));
        using var issued = network.Authority.Root.Issue(new(network.Network.Network, Role.Entry, Names.NewId()), publicKey, TimeSpan.FromDays(1), TimeProvider.System);
        using var client = network.Connect(key.Attach(issued));
        store.ReadsFail = true;

        var e = await Assert.ThrowsAsync<RpcException>(() => client.ResolveAsync(new() { CredentialHash = Google.Protobuf.ByteString.CopyFrom(new byte[32]) }));

        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
        Assert.DoesNotContain("The test says so.", e.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewDevice_CellRetiredMeanwhile_Refused()
    {
        FaultyStore store = null!;
        await using var network = await ManagedNetwork.StartAsync(wrap: inner => store = new(inner));
        await network.Admin.PostAsync<UserInfo>("/v1/users", new NewUser("bob"));
        store.BeforeNext(t => t.Writes.Any(w => w.Key.Contains("/devices/", StringComparison.Ordinal)), async () =>
        {
            var entry = (await store.GetAsync(network.Keys.Cell(ManagedNetwork.Cell), TestContext.Current.CancellationToken))!;
            var retired = StateJson.Read<CellRecord>(entry) with { State = CellState.Retired };
            await network.WriteAsync(new StateTransaction().Replace(entry, StateJson.Write(retired)));
        });

        var (status, error) = await network.Admin.FailAsync(HttpMethod.Post, "/v1/devices", new NewDevice("bob", "phone"));

        Assert.Equal(409, status);
        Assert.DoesNotContain("already", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, network.View.Accounts.Devices);
    }
}
