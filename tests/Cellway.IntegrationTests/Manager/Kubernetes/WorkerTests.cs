using System.Net;
using System.Text;
using Cellway.Manager.Api;
using Cellway.Manager.Kubernetes;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Cellway.Pki.Requesting;
using Grpc.Core;
using k8s.Models;

namespace Cellway.IntegrationTests.Manager.Kubernetes;

/// <summary>Participants' machines as Entry workers of the operator's cluster.</summary>
public sealed class WorkerTests : IAsyncDisposable
{
    private ClusterNetwork _running = null!;

    private FakeCluster Cluster => _running.Cluster;

    private ManagedNetwork Network => _running.Network;

    [Fact]
    public async Task Create_ATokenOfTheCluster_AndTheCommandThatSpendsIt()
    {
        await StartAsync();
        var created = await InviteAsync();

        var secret = Assert.Single(Cluster.Secrets.Values);
        Assert.Equal(($"bootstrap-token-{created.Info.Id}", "bootstrap.kubernetes.io/token"), (secret.Metadata.Name, secret.Type));
        Assert.Equal(created.Info.Id, secret.StringData["token-id"]);
        Assert.Equal("true", secret.StringData["usage-bootstrap-authentication"]);
        Assert.Equal("system:bootstrappers:kubeadm:default-node-token", secret.StringData["auth-extra-groups"]);
        Assert.InRange(DateTimeOffset.Parse(secret.StringData["expiration"], System.Globalization.CultureInfo.InvariantCulture), DateTimeOffset.UtcNow.AddHours(23), DateTimeOffset.UtcNow.AddHours(24));
        Assert.Matches(
            $"^kubeadm join k8s\\.example\\.org:6443 --token {created.Info.Id}\\.{secret.StringData["token-secret"]} --discovery-token-ca-cert-hash sha256:[0-9a-f]{{64}} --node-name cellway-entry-{created.Info.Id}$",
            created.Command);
        Assert.Equal("open", created.Info.State);
        Assert.DoesNotContain(secret.StringData["token-secret"], Network.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            (await Network.Store.ListAsync(StateKeys.Root, TestContext.Current.CancellationToken)).Entries,
            e => Encoding.UTF8.GetString(e.Value.Span).Contains(secret.StringData["token-secret"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_OnK3s_ItsOwnCommand()
    {
        await StartAsync();
        Cluster.Version = "v1.33.4+k3s1";
        var created = await InviteAsync();

        Assert.StartsWith("k3s agent --server https://k8s.example.org:6443 --token K10", created.Command, StringComparison.Ordinal);
        Assert.Equal("system:bootstrappers:k3s:default-node-token", Cluster.Secrets.Values.Single().StringData["auth-extra-groups"]);
    }

    [Fact]
    public async Task Create_ClusterRefuses_SaysSo_AndNobodyMayJoin()
    {
        await StartAsync();
        Cluster.FailingSecrets = HttpStatusCode.Forbidden;

        var (status, error) = await Network.Admin.FailAsync(HttpMethod.Post, "/v1/workers", new NewWorker(ManagedNetwork.Participant));

        Assert.Equal(409, status);
        Assert.Contains("workers.enabled", error.Message, StringComparison.Ordinal);
        Assert.NotNull(Assert.Single(Network.View.Workers.Values).RemovedAt);
    }

    [Fact]
    public async Task Create_UnknownParticipant_Refused()
    {
        await StartAsync();

        Assert.Equal(404, (await Network.Admin.FailAsync(HttpMethod.Post, "/v1/workers", new NewWorker("nobody"))).Status);
        Assert.Empty(Cluster.Secrets);
    }

    [Fact]
    public async Task Joined_LabelledAndTainted_ItsTokenGoes_AndOtherNodesAreLeftAlone()
    {
        await StartAsync();
        var id = (await InviteAsync()).Info.Id;
        var other = Cluster.AddNode("worker-1", "uid-other");
        var node = await JoinAsync(id);

        Assert.Contains(node.Spec.Taints, t => t is { Key: WorkerNodes.Taint, Effect: "NoSchedule" });
        await ClusterNetwork.UntilAsync(() => Cluster.Secrets.IsEmpty && _running.Worker(id).TokenGone);
        Assert.Equal("joined", Assert.Single(await ListAsync()).State);
        Assert.DoesNotContain(WorkerNodes.Label, other.Metadata.Labels.Keys);
        Assert.Null(other.Spec.Unschedulable);
    }

    [Fact]
    public async Task Joined_AnotherMachineOfTheSameName_IsNotAdmitted()
    {
        await StartAsync();
        var id = (await InviteAsync()).Info.Id;
        await JoinAsync(id);

        var second = Cluster.AddNode(WorkerRecord.NodeNameOf(id), "another-uid");
        await ClusterNetwork.UntilAsync(() => second.Spec.Unschedulable == true);

        Assert.DoesNotContain(WorkerNodes.Label, second.Metadata.Labels.Keys);
        Assert.Equal("removed", Assert.Single(await ListAsync()).State);
    }

    [Fact]
    public async Task Expired_TokenGoes_AndWhoComesLaterIsNotAdmitted()
    {
        await StartAsync();
        var id = (await InviteAsync()).Info.Id;
        var ended = DateTimeOffset.UtcNow.AddMinutes(-10);
        await Network.WriteAsync(new StateTransaction().Put(Network.Keys.Worker(id), StateJson.Write(_running.Worker(id) with { ExpiresAt = ended })));
        await ClusterNetwork.UntilAsync(() => Cluster.Secrets.IsEmpty && _running.Worker(id).TokenGone);

        var late = Cluster.AddNode(WorkerRecord.NodeNameOf(id), "uid-late");
        await ClusterNetwork.UntilAsync(() => late.Spec.Unschedulable == true);

        Assert.Equal("expired", Assert.Single(await ListAsync()).State);
    }

    [Fact]
    public async Task Pod_OnAWorker_IsItsParticipants_AndGoesWithIt()
    {
        await StartAsync();
        await Network.Admin.PostAsync<ParticipantInfo>("/v1/participants", new NewParticipant("bob"));
        var id = (await InviteAsync("bob")).Info.Id;
        var node = await JoinAsync(id);
        using var key = NodeKey.New();
        await _running.EnrollAsync(Cluster.AddPod("uid-1", node: node.Metadata.Name), key);
        Assert.Equal("bob", Assert.Single(Network.View.Nodes.Values).Participant);
        Cluster.RefusedEvictions = 1; // its disruption budget, for a while

        var gone = await Network.Admin.PostAsync<RemovedNode>($"/v1/nodes/{node.Metadata.Name}/remove");

        Assert.Equal(new(node.Metadata.Name, 1), gone);
        Assert.True(Network.View.IsRevoked(key.KeyHash.ToString()));
        await ClusterNetwork.UntilAsync(() => Cluster.Pods.IsEmpty && node.Spec.Unschedulable == true);
        Assert.DoesNotContain(WorkerNodes.Label, node.Metadata.Labels.Keys);
    }

    [Fact]
    public async Task Pod_RemovedByItsOwnId_TakesItsWorkerAlong()
    {
        await StartAsync();
        var id = (await InviteAsync()).Info.Id;
        var node = await JoinAsync(id);
        using var key = NodeKey.New();
        await _running.EnrollAsync(Cluster.AddPod("uid-1", node: node.Metadata.Name), key);

        await Network.Admin.PostAsync<RemovedNode>($"/v1/nodes/{Network.View.Nodes.Values.Single().Id}/remove");

        Assert.NotNull(_running.Worker(id).RemovedAt);
        using var next = NodeKey.New();
        var e = await Assert.ThrowsAsync<RpcException>(async () => await _running.EnrollAsync(Cluster.AddPod("uid-2", "entry-2", node: node.Metadata.Name), next));
        Assert.Equal(StatusCode.PermissionDenied, e.StatusCode);
    }

    [Fact]
    public async Task Pod_OnAMachineThatHasNotBeenAdmitted_Refused()
    {
        await StartAsync();
        var id = (await InviteAsync()).Info.Id;
        await Network.Admin.PostAsync<RemovedNode>($"/v1/nodes/{WorkerRecord.NodeNameOf(id)}/remove");
        var node = Cluster.AddNode(WorkerRecord.NodeNameOf(id), "uid-machine");
        using var key = NodeKey.New();

        await Assert.ThrowsAsync<RpcException>(() => _running.EnrollAsync(Cluster.AddPod("uid-1", node: node.Metadata.Name), key));
    }

    [Fact]
    public async Task Participant_Removed_TheirWorkersGoToo()
    {
        await StartAsync();
        await Network.Admin.PostAsync<ParticipantInfo>("/v1/participants", new NewParticipant("bob"));
        var node = await JoinAsync((await InviteAsync("bob")).Info.Id);
        await InviteAsync("bob");

        await Network.Admin.ExpectAsync<RemovedParticipant>(HttpMethod.Delete, "/v1/participants/bob", null);

        Assert.All(await ListAsync(), w => Assert.Equal("removed", w.State));
        await ClusterNetwork.UntilAsync(() => node.Spec.Unschedulable == true && Cluster.Secrets.IsEmpty);
    }

    [Fact]
    public async Task Remove_ANodeThatIsNoPod_RevokesIt()
    {
        await StartAsync();
        var node = await Network.EnrollAsync(Cellway.Model.Identities.Role.Core);

        var gone = await Network.Admin.PostAsync<RemovedNode>($"/v1/nodes/{node.Id}/remove");

        Assert.Equal(new(node.Id, 1), gone);
        Assert.True(Network.View.IsRevoked(node.Key.KeyHash.ToString()));
        Assert.Equal(404, (await Network.Admin.FailAsync(HttpMethod.Post, "/v1/nodes/nobody/remove", null)).Status);
    }

    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
        {
            await _running.DisposeAsync();
        }
    }

    private async Task StartAsync() => _running = await ClusterNetwork.StartAsync();

    private Task<CreatedWorker> InviteAsync(string participant = ManagedNetwork.Participant) => Network.Admin.PostAsync<CreatedWorker>("/v1/workers", new NewWorker(participant));

    private Task<IReadOnlyList<WorkerInfo>> ListAsync() => Network.Admin.GetAsync<IReadOnlyList<WorkerInfo>>("/v1/workers");

    private async Task<V1Node> JoinAsync(string id)
    {
        var node = Cluster.AddNode(WorkerRecord.NodeNameOf(id), $"uid of {id}");
        await ClusterNetwork.UntilAsync(() => node.Metadata.Labels.ContainsKey(WorkerNodes.Label) && node.Spec.Taints is { Count: > 0 });
        return node;
    }
}
