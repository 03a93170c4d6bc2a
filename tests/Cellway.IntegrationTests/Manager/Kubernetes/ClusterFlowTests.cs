using Cellway.Manager.Api;
using Cellway.Pki.Requesting;
using k8s;
using k8s.Models;

namespace Cellway.IntegrationTests.Manager.Kubernetes;

/// <summary>The same against the stand-in, always, and against a real cluster when there is one: what the stand-in says is then what clusters say.</summary>
public sealed class ClusterFlowTests
{
    [Fact]
    public async Task PodAndWorker_InTheStandIn()
    {
        await using var cluster = await FakeCluster.StartAsync();
        await RunAsync(cluster.Api, name => Task.FromResult(cluster.Secrets.ContainsKey(name)));
    }

    /// <summary>With KUBECONFIG, by an administrator: it makes a namespace of its own and takes it away again.</summary>
    [Fact]
    public async Task PodAndWorker_InARealCluster()
    {
        var file = Environment.GetEnvironmentVariable("KUBECONFIG");
        Assert.SkipWhen(string.IsNullOrEmpty(file), "KUBECONFIG names no cluster");
        var config = KubernetesClientConfiguration.BuildConfigFromConfigFile(file);
        using var api = new k8s.Kubernetes(config);
        await RunAsync(config, async name =>
            (await api.CoreV1.ListNamespacedSecretAsync("kube-system", fieldSelector: $"metadata.name={name}", cancellationToken: TestContext.Current.CancellationToken)).Items.Count > 0);
    }

    private static async Task RunAsync(KubernetesClientConfiguration config, Func<string, Task<bool>> hasSecretAsync)
    {
        var (stop, ns) = (TestContext.Current.CancellationToken, $"cellway-test-{Cellway.Model.Identities.Names.NewId()}");
        using var api = new k8s.Kubernetes(config);
        await api.CoreV1.CreateNamespaceAsync(new() { Metadata = new() { Name = ns } }, cancellationToken: stop);
        try
        {
            await api.CoreV1.CreateNamespacedServiceAccountAsync(new() { Metadata = new() { Name = "cellway-entry" } }, ns, cancellationToken: stop);
            var pod = await api.CoreV1.CreateNamespacedPodAsync(Pod(), ns, cancellationToken: stop);
            var token = await TokenAsync(api, ns, pod);
            await using var running = await ClusterNetwork.StartAsync(config, ns);
            using var key = NodeKey.New();

            await running.EnrollAsync(token, key);
            Assert.Equal(pod.Metadata.Uid, Assert.Single(running.Network.View.Nodes.Values).Pod!.Uid);
            await api.CoreV1.DeleteNamespacedPodAsync(pod.Metadata.Name, ns, new() { GracePeriodSeconds = 0 }, cancellationToken: stop);
            await ClusterNetwork.UntilAsync(() => running.Network.View.IsRevoked(key.KeyHash.ToString()));

            var worker = await running.Network.Admin.PostAsync<CreatedWorker>("/v1/workers", new NewWorker(ManagedNetwork.Participant));
            Assert.True(await hasSecretAsync($"bootstrap-token-{worker.Info.Id}"));
            await running.Network.Admin.PostAsync<RemovedNode>($"/v1/nodes/{worker.Info.Node}/remove");
            await ClusterNetwork.UntilAsync(() => running.Worker(worker.Info.Id).TokenGone);
            Assert.False(await hasSecretAsync($"bootstrap-token-{worker.Info.Id}"));
        }
        finally
        {
            await api.CoreV1.DeleteNamespaceAsync(ns, cancellationToken: CancellationToken.None);
        }
    }

    private static V1Pod Pod() => new()
    {
        Metadata = new() { Name = "entry-1" },
        Spec = new()
        {
            ServiceAccountName = "cellway-entry",
            NodeSelector = new Dictionary<string, string> { ["cellway/nowhere"] = "true" }, // it need not run
            Containers = [new() { Name = "entry", Image = "cellway-entry" }],
        },
    };

    private static async Task<string> TokenAsync(k8s.Kubernetes api, string ns, V1Pod pod) => (await api.CoreV1.CreateNamespacedServiceAccountTokenAsync(
        new()
        {
            Spec = new()
            {
                Audiences = ["cellway"],
                ExpirationSeconds = 600,
                BoundObjectRef = new() { ApiVersion = "v1", Kind = "Pod", Name = pod.Metadata.Name, Uid = pod.Metadata.Uid },
            },
        },
        "cellway-entry",
        ns,
        cancellationToken: TestContext.Current.CancellationToken)).Status.Token;
}
