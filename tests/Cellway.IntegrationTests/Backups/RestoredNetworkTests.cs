using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.IntegrationTests.Manager;
using Cellway.IntegrationTests.State;
using Cellway.Manager.Api;
using Cellway.Manager.Backups;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Cellway.Pki.Requesting;
using Cellway.State.Memory;
using Contracts = Cellway.Model.Contracts;

namespace Cellway.IntegrationTests.Backups;

/// <summary>Nodes come back to a state that was restored to a time before them, with the certificates that they have.</summary>
public sealed class RestoredNetworkTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Attach_NodeThatEnrolledAfterTheBackup_IsTakenInAndItsTokenStaysSpent()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var known = await network.EnrollAsync(Role.Core);
        var token = await network.NewTokenAsync(Role.Core);
        await using var restored = new MemoryStateStore(TimeProvider.System);
        await BackUpAsync(network);
        var key = NodeKey.New();
        Contracts.Credential credential;
        using (var client = network.Connect(null))
        {
            credential = await client.EnrollAsync(ManagedNetwork.Request(token, Role.Core, key));
        }

        var late = new EnrolledNode(key, credential);
        await using var replica = await RestoreAsync(network, restored);
        foreach (var node in new[] { known, late })
        {
            using var client = network.Connect(node.Certificate, replica);
            await using var stream = await client.AttachAsync();
            await stream.NextUpdateAsync();
        }

        var view = replica.Get<NetworkViewFeed>().Current;
        Assert.Equal(2, view.Nodes.Count);
        Assert.All(view.Nodes.Values, n => Assert.Equal((ManagedNetwork.Participant, ManagedNetwork.Cell, NodeState.Active), (n.Participant, n.Cell, n.State)));
        var spent = StateJson.Read<JoinTokenRecord>((await restored.GetAsync(network.Keys.JoinToken(Convert.ToHexStringLower(token.Id)), Token))!).Spent;
        Assert.Contains(spent!.Node, view.Nodes.Keys);
    }

    [Fact]
    public async Task Call_OperatorWhoWasAddedAfterTheBackup_IsSeenAndCanBeRevoked()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await using var restored = new MemoryStateStore(TimeProvider.System);
        await BackUpAsync(network);
        using var key = NodeKey.New();
        var added = await network.Admin.PostAsync<OperatorCertificate>("/v1/operators", new NewOperator("carol", key.CreateRequest()));
        using var issued = X509CertificateLoader.LoadCertificate(added.Certificate);

        await using var replica = await RestoreAsync(network, restored);
        using var carol = new AdminClient(replica.Admin, key.Attach(issued));
        using var first = new AdminClient(replica.Admin, network.Operator);
        Assert.Equal(200, (await carol.SendAsync(HttpMethod.Get, "/v1/status", null)).Status);
        Assert.Contains(await first.GetAsync<IReadOnlyList<OperatorInfo>>("/v1/operators"), o => o.Id == "carol");

        await first.PostAsync<IReadOnlyList<OperatorInfo>>("/v1/operators/carol/revoke");
        Assert.Equal(401, (await carol.SendAsync(HttpMethod.Get, "/v1/status", null)).Status);
    }

    [Fact]
    public async Task Attach_NodeThatKnowsOfARevocationAfterTheBackup_TeachesIt()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var (stolen, witness) = (await network.EnrollAsync(Role.Core), await network.EnrollAsync(Role.Entry));
        await using var restored = new MemoryStateStore(TimeProvider.System);
        await BackUpAsync(network);
        var id = network.View.Nodes.Values.Single(n => n.Role == Role.Core).Id;
        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{id}/revoke");
        var held = await SignedTrustAsync(network, witness);

        await using var replica = await RestoreAsync(network, restored);
        using var client = network.Connect(witness.Certificate, replica);
        await using var stream = await client.AttachAsync(new() { SoftwareVersion = "1", Port = 443, TrustVersion = Contracts.TrustStatement.Parser.ParseFrom(held.Statement).Version });
        await stream.NextAsync(Contracts.ManagementMessage.BodyOneofCase.TellTrust);
        await stream.SendAsync(new() { Trust = held });

        var feed = replica.Get<NetworkViewFeed>();
        for (var view = feed.Current; view.Nodes[id].State != NodeState.Revoked; view = await feed.WaitForAsync(view.Revision + 1, Token))
        {
        }

        using var thief = network.Connect(stolen.Certificate, replica);
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => thief.RenewAsync(new()));
    }

    [Fact]
    public async Task Attach_TrustThatTheRootHasNotSigned_TeachesNothing()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var (core, witness) = (await network.EnrollAsync(Role.Core), await network.EnrollAsync(Role.Entry));
        await using var restored = new MemoryStateStore(TimeProvider.System);
        await BackUpAsync(network);
        var forged = new Contracts.TrustStatement { Network = network.Network.Network, Version = 7 };
        forged.RevokedKeyHashes.Add(Google.Protobuf.ByteString.CopyFrom(Hash256.Parse(network.View.Nodes.Values.Single(n => n.Role == Role.Core).KeyHash).ToArray()));
        var held = new Contracts.Trust { Statement = Google.Protobuf.ByteString.CopyFrom(Google.Protobuf.MessageExtensions.ToByteArray(forged)) };
        held.Signatures.Add(Google.Protobuf.ByteString.CopyFrom(new byte[70]));

        await using var replica = await RestoreAsync(network, restored);
        using var client = network.Connect(witness.Certificate, replica);
        await using var stream = await client.AttachAsync();
        await stream.SendAsync(new() { Trust = held });
        await stream.HeartbeatAsync();

        Assert.All(replica.Get<NetworkViewFeed>().Current.Nodes.Values, n => Assert.Equal(NodeState.Active, n.State));
        using var innocent = network.Connect(core.Certificate, replica);
        await using var attached = await innocent.AttachAsync();
        await attached.NextUpdateAsync();
    }

    private static async Task<Contracts.Trust> SignedTrustAsync(ManagedNetwork network, EnrolledNode node)
    {
        using var client = network.Connect(node.Certificate);
        await using var stream = await client.AttachAsync();
        await stream.SyncUntilAsync(held => held.GetValueOrDefault("trust")?.Trust is { Statement.IsEmpty: false } trust
            && Contracts.TrustStatement.Parser.ParseFrom(trust.Statement).RevokedKeyHashes.Count > 0);
        return stream.Held["trust"].Trust;
    }

    private Task<BackupSummary> BackUpAsync(ManagedNetwork network) => NetworkBackup.CreateAsync(
        network.Store, null, network.Options.Secret, _directory["a.backup"], [network.Operator], true, new Silence(), TimeProvider.System, Token);

    private async Task<RunningReplica> RestoreAsync(ManagedNetwork network, MemoryStateStore target)
    {
        using var key = ECDiffieHellman.Create();
        using var signing = network.Operator.GetECDsaPrivateKey()!;
        key.ImportPkcs8PrivateKey(signing.ExportPkcs8PrivateKey(), out _);
        using var root = X509CertificateLoader.LoadCertificate(network.Network.Root);
        await NetworkBackup.RestoreAsync(
            new() { File = _directory["a.backup"], Secret = network.Options.Secret },
            key,
            new() { Network = network.Network.Network, Roots = [root] },
            () => Task.FromResult<IStateStore>(new Kept(target)),
            new Silence(),
            TimeProvider.System,
            Token);
        return await network.StartReplicaAsync(target);
    }

    private sealed class Silence : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value)
        {
        }
    }
}
