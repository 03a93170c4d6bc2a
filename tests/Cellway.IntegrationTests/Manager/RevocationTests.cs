using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Api;
using Cellway.Manager.Operators;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Pki.Requesting;
using Grpc.Core;

namespace Cellway.IntegrationTests.Manager;

/// <summary>Whoever is revoked is refused by every replica, at once, on connections that are open too; and nodes learn of it.</summary>
public sealed class RevocationTests
{
    [Fact]
    public async Task RemoveParticipant_WithNodesAndTokens_NothingOfTheirsIsLet_OthersGoOn()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await using var second = await network.StartReplicaAsync();
        await network.Admin.PostAsync<ParticipantInfo>("/v1/participants", new NewParticipant("bob"));
        var (core, entry, open) = (await network.EnrollAsync(Role.Core), await network.EnrollAsync(Role.Entry), await network.NewTokenAsync(Role.Core));
        var other = await network.EnrollAsync(Role.Entry); // also alice's
        using var attached = network.Connect(core.Certificate);
        await using var stream = await attached.AttachAsync();
        await stream.NextUpdateAsync();

        var removed = await network.Admin.ExpectAsync<RemovedParticipant>(HttpMethod.Delete, "/v1/participants/alice", null);

        Assert.Equal(3, removed.RevokedNodes);
        Assert.Equal(StatusCode.PermissionDenied, (await stream.EndedAsync()).StatusCode);
        foreach (var replica in new[] { network.Replica, second })
        {
            await replica.Get<NetworkViewFeed>().WaitForAsync(network.View.Revision, TestContext.Current.CancellationToken);
            foreach (var certificate in new[] { core.Certificate, entry.Certificate, other.Certificate })
            {
                await AssertRefusedAsync(network, replica, certificate);
            }
        }

        using (var late = network.Connect(null))
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => late.EnrollAsync(ManagedNetwork.Request(open, Role.Core, NodeKey.New())));
            Assert.Equal("token-revoked", refused.Trailers.GetValue("cellway-error"));
        }

        Assert.Equal("bob", Assert.Single(await network.Admin.GetAsync<IReadOnlyList<ParticipantInfo>>("/v1/participants")).Id);
        Assert.Equal(404, (await network.Admin.FailAsync(HttpMethod.Delete, "/v1/participants/alice", null)).Status);
        Assert.Equal(404, (await network.Admin.FailAsync(HttpMethod.Post, "/v1/tokens", new NewToken("alice", "core", ManagedNetwork.Cell))).Status);
        await network.Admin.PostAsync<ParticipantInfo>("/v1/participants", new NewParticipant("alice")); // the name is free again
    }

    [Fact]
    public async Task RetireCell_WithoutDevices_ItsNodesAreRefused_ThoseOfEveryCellGoOn()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var (core, everywhere) = (await network.EnrollAsync(Role.Core), await network.EnrollAsync(Role.Entry, cell: null));
        var device = await network.NewDeviceAsync("bob");

        Assert.Contains("1 devices", (await network.Admin.FailAsync(HttpMethod.Post, "/v1/cells/north/retire", "{}")).Error.Message, StringComparison.Ordinal);
        await AssertLetAsync(network, core.Certificate);
        await network.Admin.SendAsync(HttpMethod.Delete, $"/v1/devices/{device.Device.Id}", null);

        Assert.Equal("retired", (await network.Admin.PostAsync<CellInfo>("/v1/cells/north/retire")).State);
        await AssertRefusedAsync(network, network.Replica, core.Certificate);
        await AssertLetAsync(network, everywhere.Certificate);
        Assert.Equal("retired", (await network.Admin.PostAsync<CellInfo>("/v1/cells/north/retire")).State);
    }

    [Fact]
    public async Task Operators_AddedRenewedAndRevoked_ByEachOther()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await using var second = await network.StartReplicaAsync();
        var key = NodeKey.New();
        var added = await network.Admin.PostAsync<OperatorCertificate>("/v1/operators", new NewOperator("carol", key.CreateRequest()));
        using var carol = new AdminClient(second.Admin, Attached(key, added));
        Assert.Equal(2, (await carol.GetAsync<IReadOnlyList<OperatorInfo>>("/v1/operators")).Count);

        var renewed = await carol.PostAsync<OperatorCertificate>("/v1/operators/renewal", new OperatorRenewal(key.CreateRequest()));
        using var again = new AdminClient(second.Admin, Attached(key, renewed));
        Assert.Equal("carol", renewed.Id);
        Assert.Equal(400, (await carol.FailAsync(HttpMethod.Post, "/v1/operators/renewal", new OperatorRenewal(NodeKey.New().CreateRequest()))).Status);
        Assert.Equal(409, (await carol.FailAsync(HttpMethod.Post, "/v1/operators/carol/revoke", "{}")).Status);
        Assert.Equal(409, (await network.Admin.FailAsync(HttpMethod.Post, "/v1/operators", new NewOperator("carol", key.CreateRequest()))).Status);
        Assert.Equal(400, (await network.Admin.FailAsync(HttpMethod.Post, "/v1/operators", new NewOperator("Carol!", key.CreateRequest()))).Status);

        var after = await network.Admin.PostAsync<IReadOnlyList<OperatorInfo>>("/v1/operators/carol/revoke");

        Assert.Equal("revoked", Assert.Single(after).State);
        await second.Get<NetworkViewFeed>().WaitForAsync(network.View.Revision, TestContext.Current.CancellationToken);
        foreach (var thief in new[] { carol, again }) // both connections are open
        {
            Assert.Equal(401, (await thief.SendAsync(HttpMethod.Get, "/v1/operators", null)).Status);
        }

        Assert.Equal(404, (await network.Admin.FailAsync(HttpMethod.Post, "/v1/operators/nobody/revoke", "{}")).Status);
    }

    [Fact]
    public async Task Renew_OperatorThatAnotherReplicaHasRevoked_GetsNothingThatOutlivesTheRevocation()
    {
        await using var network = await ManagedNetwork.StartAsync();
        using var key = NodeKey.New();
        await network.Admin.PostAsync<OperatorCertificate>("/v1/operators", new NewOperator("carol", key.CreateRequest()));
        await network.Admin.PostAsync<IReadOnlyList<OperatorInfo>>("/v1/operators/carol/revoke");

        // Of a replica that has let her in a moment before.
        var refused = await Assert.ThrowsAsync<AdminException>(() =>
            network.Replica.Get<OperatorCertificates>().RenewAsync("carol", key.KeyHash, key.CreateRequest(), TestContext.Current.CancellationToken));

        Assert.Contains("revoked", refused.Message, StringComparison.Ordinal);
        Assert.Equal("revoked", (await network.Admin.GetAsync<IReadOnlyList<OperatorInfo>>("/v1/operators")).Single(o => o.Id == "carol").State);
    }

    [Fact]
    public async Task Trust_AsNodesGetIt_IsSignedAndTellsOfARevocation()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var (thief, node) = (await network.EnrollAsync(Role.Core), await network.EnrollAsync(Role.Entry));
        using var client = network.Connect(node.Certificate);
        await using var stream = await client.AttachAsync();
        await stream.SyncUntilAsync(held => held.TryGetValue("trust", out var trust) && trust.Trust.Signatures.Count > 0);

        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{thief.Identity.Id}/revoke");
        var hash = thief.Key.KeyHash.ToArray();
        await stream.SyncUntilAsync(held => held["trust"].Trust.RevokedKeyHashes.Any(h => h.Span.SequenceEqual(hash)));
        await stream.SyncUntilAsync(held => TrustStatement.Parser.ParseFrom(held["trust"].Trust.Statement).RevokedKeyHashes.Any(h => h.Span.SequenceEqual(hash)));
    }

    private static X509Certificate2 Attached(NodeKey key, OperatorCertificate issued)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(issued.Certificate);
        return key.Attach(certificate);
    }

    private static async Task AssertRefusedAsync(ManagedNetwork network, RunningReplica replica, X509Certificate2 certificate)
    {
        using var client = network.Connect(certificate, replica);
        var refused = await Assert.ThrowsAsync<RpcException>(() => client.RenewAsync(new()));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    // Its request is refused for what it is, not for who asks.
    private static async Task AssertLetAsync(ManagedNetwork network, X509Certificate2 certificate)
    {
        using var client = network.Connect(certificate);
        var refused = await Assert.ThrowsAsync<RpcException>(() => client.RenewAsync(new()));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }
}
