using System.Runtime.CompilerServices;
using Cellway.Manager.Hosting;
using Cellway.Manager.Kubernetes;
using Cellway.Model.Contracts;
using Cellway.Model.Nodes;
using Cellway.Pki.Requesting;
using Google.Protobuf;
using Grpc.Net.Client;
using k8s;

namespace Cellway.IntegrationTests.Manager.Kubernetes;

/// <summary>A network whose Entries are pods of a cluster.</summary>
internal sealed class ClusterNetwork : IAsyncDisposable
{
    private ClusterNetwork(FakeCluster? cluster, ManagedNetwork network)
    {
        Cluster = cluster!;
        Network = network;
    }

    public FakeCluster Cluster { get; }

    public ManagedNetwork Network { get; }

    public static async Task<ClusterNetwork> StartAsync(string participant = ManagedNetwork.Participant, Func<ManagerOptions, ManagerOptions>? configure = null)
    {
        var cluster = await FakeCluster.StartAsync();
        return new(cluster, await ManageAsync(new() { Api = cluster.Api, Participant = participant, WorkersJoinAt = "k8s.example.org:6443" }, configure));
    }

    /// <summary>The same in a cluster of somebody else's.</summary>
    public static async Task<ClusterNetwork> StartAsync(KubernetesClientConfiguration api, string ns) =>
        new(null, await ManageAsync(new() { Api = api, Namespace = ns, Participant = ManagedNetwork.Participant, WorkersJoinAt = "k8s.example.org:6443" }));

    /// <summary>Enrolls a key, as a pod with this token does.</summary>
    public async Task<Credential> EnrollAsync(string token, NodeKey key)
    {
        using var channel = GrpcChannel.ForAddress($"https://{Network.Replica.Nodes}", new() { HttpHandler = TestHttp.Handler(null), DisposeHttpClient = true });
        return await new PodEnrollment.PodEnrollmentClient(channel).EnrollAsync(
            new() { ServiceAccountToken = token, CertificateRequest = ByteString.CopyFrom(key.CreateRequest()) }, cancellationToken: TestContext.Current.CancellationToken);
    }

    public WorkerRecord Worker(string id) => Network.View.Workers[id];

    public static async Task UntilAsync(Func<bool> holds, [CallerArgumentExpression(nameof(holds))] string what = "")
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMinutes(1), $"Not within a minute: {what}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }
    }

    private static Task<ManagedNetwork> ManageAsync(KubernetesOptions options, Func<ManagerOptions, ManagerOptions>? configure = null) =>
        ManagedNetwork.StartAsync(o => (configure ?? (same => same))(o) with { Kubernetes = options with { LookEvery = TimeSpan.FromMilliseconds(50) } });
}
