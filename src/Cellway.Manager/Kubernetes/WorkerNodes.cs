using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Cellway.Manager.Kubernetes;

/// <summary>Marks workers in the cluster, and empties them.</summary>
internal sealed class WorkerNodes(IKubernetes api, KubernetesOptions options, KubernetesLog log)
{
    /// <summary>The label that Entry pods select. A kubelet cannot give it to itself: NodeRestriction keeps this suffix for administrators.</summary>
    public const string Label = "cellway.node-restriction.kubernetes.io/entry";

    /// <summary>The taint that keeps everything but Entries off participants' machines.</summary>
    public const string Taint = "cellway.node-restriction.kubernetes.io/entry";

    /// <summary>Entries may run on it, and nothing else.</summary>
    public async Task AdmitAsync(V1Node node, CancellationToken cancellationToken)
    {
        if (node.Metadata.Labels?.ContainsKey(Label) == true && node.Spec?.Taints?.Any(t => t.Key == Taint) == true)
        {
            return;
        }

        await PatchAsync(node, "true", new() { ["taints"] = new JsonArray(new JsonObject { ["key"] = Taint, ["effect"] = "NoSchedule" }) }, cancellationToken);
        log.WorkerAdmitted(node.Metadata.Name);
    }

    /// <summary>Nothing new may run on it, and what ran of ours goes.</summary>
    public async Task TakeOutAsync(V1Node node, IEnumerable<V1Pod> pods, CancellationToken cancellationToken)
    {
        if (node.Spec?.Unschedulable != true || node.Metadata.Labels?.ContainsKey(Label) == true)
        {
            await PatchAsync(node, null, new() { ["unschedulable"] = true }, cancellationToken);
            log.WorkerCordoned(node.Metadata.Name);
        }

        foreach (var pod in pods.Where(p => p.Spec?.NodeName == node.Metadata.Name && p.Metadata.DeletionTimestamp is null))
        {
            await EvictAsync(pod, cancellationToken);
        }
    }

    // With the uid, so that another machine that has taken the name meanwhile is left alone.
    private Task<V1Node> PatchAsync(V1Node node, string? label, JsonObject spec, CancellationToken cancellationToken)
    {
        var change = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = node.Metadata.Uid, ["labels"] = new JsonObject { [Label] = label } }, ["spec"] = spec };
        return api.CoreV1.PatchNodeAsync(new(change.ToJsonString(), V1Patch.PatchType.StrategicMergePatch), node.Metadata.Name, cancellationToken: cancellationToken);
    }

    private async Task EvictAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        try
        {
            await api.CoreV1.CreateNamespacedPodEvictionAsync(
                new() { Metadata = new() { Name = pod.Metadata.Name, NamespaceProperty = options.Namespace } }, pod.Metadata.Name, options.Namespace, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.TooManyRequests)
        {
            // Gone already, or its disruption budget wants another to be up first: the next look tries again.
        }
    }
}
