using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.IntegrationTests.Manager;
using Cellway.IntegrationTests.Manager.Kubernetes;
using Cellway.IntegrationTests.State;
using Cellway.Manager.Api;
using Cellway.Manager.Backups;
using Cellway.Manager.Kubernetes;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Cellway.Pki.Issuing;
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

    [Fact]
    public async Task Attach_CertificateRenewedAfterTheBackup_IsRecordedAndTheTokenOfTheFirstStaysSpent()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var known = await network.EnrollAsync(Role.Core);
        var token = await network.NewTokenAsync(Role.Core);
        await using var restored = new MemoryStateStore(TimeProvider.System);
        await BackUpAsync(network);
        var lateKey = NodeKey.New();
        Contracts.Credential lateCredential;
        using (var client = network.Connect(null))
        {
            lateCredential = await client.EnrollAsync(ManagedNetwork.Request(token, Role.Core, lateKey));
        }

        var renewed = await RenewAsync(network, known);
        var late = await RenewAsync(network, new(lateKey, lateCredential));
        await using var replica = await RestoreAsync(network, restored);
        foreach (var node in new[] { renewed, late })
        {
            using var client = network.Connect(node.Certificate, replica);
            await using var stream = await client.AttachAsync();
            await stream.NextUpdateAsync();
        }

        var record = StateJson.Read<NodeRecord>((await restored.GetAsync(network.Keys.Node(renewed.Identity.Id), Token))!);
        Assert.Equal(Convert.ToHexStringLower(renewed.Certificate.SerialNumberBytes.Span), record.CertificateSerial);
        Assert.Equal(renewed.Certificate.NotAfter.ToUniversalTime(), record.CertificateNotAfter);
        Assert.NotNull(await restored.GetAsync(network.Keys.Certificate(record.CertificateSerial), Token));
        Assert.NotNull(StateJson.Read<JoinTokenRecord>((await restored.GetAsync(network.Keys.JoinToken(Convert.ToHexStringLower(token.Id)), Token))!).Spent);
    }

    [Fact]
    public async Task Call_OperatorMadeAfterTheBackup_IsListedAndCanBeRevoked()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await using var restored = new MemoryStateStore(TimeProvider.System);
        await BackUpAsync(network);
        using var key = NodeKey.New();
        var added = await network.Admin.PostAsync<OperatorCertificate>("/v1/operators", new NewOperator("carol", key.CreateRequest()));
        using var certificate = X509CertificateLoader.LoadCertificate(added.Certificate);

        await using var replica = await RestoreAsync(network, restored);
        using var carol = new AdminClient(replica.Admin, key.Attach(certificate));
        using var first = new AdminClient(replica.Admin, network.Operator);
        await carol.GetAsync<NetworkStatus>("/v1/status");

        Assert.Contains("carol", (await first.GetAsync<IReadOnlyList<OperatorInfo>>("/v1/operators")).Select(o => o.Id));
        await first.PostAsync<IReadOnlyList<OperatorInfo>>("/v1/operators/carol/revoke");
        Assert.Equal(401, (await carol.SendAsync(HttpMethod.Get, "/v1/status", null)).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Attach_PodThatEnrolledAfterTheBackup_ComesBackUnlessItsWorkerWasTakenOut(bool takenOut)
    {
        await using var running = await ClusterNetwork.StartAsync();
        var network = running.Network;
        var worker = await network.Admin.PostAsync<CreatedWorker>("/v1/workers", new NewWorker(ManagedNetwork.Participant));
        var record = StateJson.Read<WorkerRecord>((await network.Store.GetAsync(network.Keys.Worker(worker.Info.Id), Token))!) with { JoinedAt = network.Time.GetUtcNow() };
        await network.WriteAsync(new StateTransaction().Put(network.Keys.Worker(record.Id), StateJson.Write(record with { RemovedAt = takenOut ? network.Time.GetUtcNow() : null })));
        await using var restored = new MemoryStateStore(TimeProvider.System);
        await BackUpAsync(network);
        using var key = NodeKey.New();
        var identity = new PodIdentity("cellway", "entry-1", "uid-1", WorkerRecord.NodeNameOf(record.Id));
        running.Cluster.AddPod(identity.Uid, identity.Name); // or the leader revokes it as one that has gone
        running.Cluster.Pods[identity.Uid].Status.HostIPs = [new() { Ip = "192.0.2.7" }];
        await network.WriteAsync(new StateTransaction().Put(network.Keys.Worker(record.Id), StateJson.Write(record)));
        Assert.True(CertificateRequestReader.TryRead(key.CreateRequest(), out var publicKey, out _));
        var (issued, _) = (await network.Replica.Get<PodEnroller>().EnrollAsync(new(identity, ["192.0.2.7"]), publicKey, Token))!.Value;

        await using var replica = await RestoreAsync(network, restored);
        using var client = network.Connect(key.Attach(issued), replica);
        await using var stream = await client.AttachAsync();
        if (takenOut)
        {
            Assert.Contains("401", (await Assert.ThrowsAsync<InvalidOperationException>(stream.NextUpdateAsync)).Message, StringComparison.Ordinal);
            return;
        }

        await stream.NextUpdateAsync();
        var node = Assert.Single(replica.Get<NetworkViewFeed>().Current.Nodes.Values);
        Assert.Equal((Role.Entry, identity, ManagedNetwork.Participant), (node.Role, node.Pod, node.Participant));
        Assert.Equal(["192.0.2.7"], node.Addresses);
    }

    [Fact]
    public async Task Lost_AfterARestore_SaysWhatCameBackAndWhoDidNot()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var (away, stolen, witness) = (await network.EnrollAsync(Role.Core), await network.EnrollAsync(Role.Core), await network.EnrollAsync(Role.Entry));
        await using var restored = new MemoryStateStore(TimeProvider.System);
        Assert.Equal(404, (await network.Admin.FailAsync(HttpMethod.Get, "/v1/backups/lost", null)).Status);
        await BackUpAsync(network);
        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{stolen.Identity.Id}/revoke");
        var late = await network.EnrollAsync(Role.Core);
        var held = await SignedTrustAsync(network, witness);

        await using var replica = await RestoreAsync(network, restored);
        using var admin = new AdminClient(replica.Admin, network.Operator);
        Assert.Equal(3, (await admin.GetAsync<BackupLosses>("/v1/backups/lost")).Away.Count);
        using var lateClient = network.Connect(late.Certificate, replica);
        await using var lateStream = await lateClient.AttachAsync();
        await lateStream.NextUpdateAsync();
        using var client = network.Connect(witness.Certificate, replica);
        await using var stream = await client.AttachAsync(new() { SoftwareVersion = "1", Port = 443, TrustVersion = Contracts.TrustStatement.Parser.ParseFrom(held.Statement).Version });
        await stream.NextAsync(Contracts.ManagementMessage.BodyOneofCase.TellTrust);
        await stream.SendAsync(new() { Trust = held });

        var feed = replica.Get<NetworkViewFeed>();
        for (var view = feed.Current; view.Nodes[stolen.Identity.Id].State != NodeState.Revoked; view = await feed.WaitForAsync(view.Revision + 1, Token))
        {
        }

        var losses = await admin.GetAsync<BackupLosses>("/v1/backups/lost");
        Assert.Equal(
            new[] { ("restored node", $"nodes/{late.Identity.Id}"), ("restored revocation", $"nodes/{stolen.Identity.Id}") },
            losses.Learned.Select(l => (l.What, l.Subject!)).Order());
        Assert.Equal([away.Identity.Id], losses.Away.Select(a => a.Id));
    }

    private static async Task<EnrolledNode> RenewAsync(ManagedNetwork network, EnrolledNode node)
    {
        using var client = network.Connect(node.Certificate);
        return new(node.Key, await client.RenewAsync(new() { CertificateRequest = Google.Protobuf.ByteString.CopyFrom(node.Key.CreateRequest()) }));
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
