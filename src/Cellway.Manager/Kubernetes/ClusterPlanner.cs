using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using k8s;
using k8s.Autorest;

namespace Cellway.Manager.Kubernetes;

/// <summary>Brings the network and the cluster together: pods that have gone, workers that have come, addresses that have changed.</summary>
/// <remarks>It compares what is with what should be, again and again: a watch may break, and what was missed meanwhile would stay so.</remarks>
internal sealed class ClusterPlanner(
    IKubernetes api, KubernetesOptions options, NetworkViewFeed feed, PodRevocation pods, PodAddresses addresses, WorkerAdmission workers, TimeProvider time, KubernetesLog log) : IPlanner
{
    /// <summary>Its name, in the audit log too.</summary>
    public const string Title = "cluster";

    public string Name => Title;

    public async Task RunAsync(LeaderTerm term, CancellationToken lost)
    {
        while (true)
        {
            try
            {
                await LookAsync(term, lost);
            }
            catch (Exception e) when (e is HttpRequestException or HttpOperationException)
            {
                log.NoPicture(KubernetesLog.Reason(e));
            }

            await Task.Delay(options.LookEvery, time, lost);
        }
    }

    private async Task LookAsync(LeaderTerm term, CancellationToken lost)
    {
        var view = feed.Current;
        if (view.Workers.IsEmpty && !view.Nodes.Values.Any(n => n.Pod is not null))
        {
            return;
        }

        var alive = (await api.CoreV1.ListNamespacedPodAsync(options.Namespace, cancellationToken: lost)).Items.Where(p => p.Status?.Phase is not ("Succeeded" or "Failed"));
        var nodes = (await api.CoreV1.ListNodeAsync(cancellationToken: lost)).Items;
        var picture = new ClusterPicture(view, alive.ToDictionary(p => p.Metadata.Uid, StringComparer.Ordinal), nodes.ToDictionary(n => n.Metadata.Name, StringComparer.Ordinal));
        await pods.ApplyAsync(term, picture, lost); // first: it needs nothing more of the cluster
        await pods.ForgetAsync(term, picture, lost); // those of the looks before
        await addresses.ApplyAsync(term, picture, lost);
        await workers.ApplyAsync(term, picture, lost);
    }
}
