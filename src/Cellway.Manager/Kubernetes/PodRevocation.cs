using Cellway.Manager.Audit;
using Cellway.Manager.Authority;
using Cellway.Manager.Leadership;
using Cellway.Model.Nodes;
using Cellway.Model.State;

namespace Cellway.Manager.Kubernetes;

/// <summary>Revokes the certificates of pods that have gone, or whose worker has been taken out, and then forgets the nodes that they were: pods come and go.</summary>
internal sealed class PodRevocation(IStateStore store, StateKeys keys, TimeProvider time, KubernetesLog log)
{
    public async Task ApplyAsync(LeaderTerm term, ClusterPicture picture, CancellationToken lost)
    {
        foreach (var node in picture.View.Nodes.Values.Where(n => n is { Pod: not null, State: not NodeState.Revoked } && !MayStay(picture, n.Pod)))
        {
            if (await store.GetAsync(keys.Node(node.Id), lost) is { } entry && StateJson.Read<NodeRecord>(entry).State != NodeState.Revoked)
            {
                var transaction = new StateTransaction();
                await NodeRevocation.AddAsync(transaction, store, keys, entry, time.GetUtcNow(), lost);
                transaction.Note(keys, new() { At = time.GetUtcNow(), Who = Actors.Planner(ClusterPlanner.Title), What = "node revoke", Subject = StateKeys.Folders.Nodes + node.Id, Detail = $"pod {node.Pod!.Name}" });
                if ((await term.CommitAsync(transaction, lost)).Succeeded)
                {
                    log.Gone(node.Id, node.Pod.Name);
                }
            }
        }
    }

    /// <summary>What is revoked stays so by its certificate; the audit log has the rest.</summary>
    public async Task ForgetAsync(LeaderTerm term, ClusterPicture picture, CancellationToken lost)
    {
        foreach (var node in picture.View.Nodes.Values.Where(n => n is { Pod: not null, State: NodeState.Revoked } && !picture.Pods.ContainsKey(n.Pod.Uid)))
        {
            if (await store.GetAsync(keys.Node(node.Id), lost) is { } entry)
            {
                await term.CommitAsync(new StateTransaction().Require(entry.Key, entry.ModRevision).Delete(entry.Key), lost);
            }
        }
    }

    private static bool MayStay(ClusterPicture picture, PodIdentity pod) =>
        picture.Pods.ContainsKey(pod.Uid)
        && (WorkerRecord.IdOf(pod.Worker) is not { } id || picture.View.Workers.GetValueOrDefault(id) is not { RemovedAt: not null });
}
