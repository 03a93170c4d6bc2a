using Cellway.Manager.Authority;
using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using k8s;
using k8s.Autorest;

namespace Cellway.Manager.Kubernetes;

/// <summary>Revokes the certificates of pods that have gone.</summary>
/// <remarks>It compares what is with what should be, again and again: a watch may break, and what was missed meanwhile would stay valid.</remarks>
internal sealed class PodRevocation(
    IKubernetes api, KubernetesOptions options, IStateStore store, StateKeys keys, NetworkViewFeed feed, TimeProvider time, KubernetesLog log) : IPlanner
{
    public string Name => "pods";

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
                log.NoPods(e.GetType().Name);
            }

            await Task.Delay(options.LookEvery, time, lost);
        }
    }

    private async Task LookAsync(LeaderTerm term, CancellationToken lost)
    {
        // Before the pods are listed: a pod that enrolls meanwhile is not among these, and is not missed for being new.
        var nodes = feed.Current.Nodes.Values.Where(n => n is { Pod: not null, State: not NodeState.Revoked }).ToList();
        if (nodes.Count == 0)
        {
            return;
        }

        var pods = await api.CoreV1.ListNamespacedPodAsync(options.Namespace, cancellationToken: lost);
        var alive = pods.Items.Where(p => p.Status?.Phase is not ("Succeeded" or "Failed")).Select(p => p.Metadata.Uid).ToHashSet(StringComparer.Ordinal);
        foreach (var node in nodes.Where(n => !alive.Contains(n.Pod!.Uid)))
        {
            if (await store.GetAsync(keys.Node(node.Id), lost) is { } entry && StateJson.Read<NodeRecord>(entry).State != NodeState.Revoked)
            {
                var transaction = new StateTransaction();
                await NodeRevocation.AddAsync(transaction, store, keys, entry, time.GetUtcNow(), lost);
                if ((await term.CommitAsync(transaction, lost)).Succeeded)
                {
                    log.Gone(node.Id, node.Pod!.Name);
                }
            }
        }
    }
}
