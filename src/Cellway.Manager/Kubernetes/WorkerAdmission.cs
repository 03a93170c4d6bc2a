using Cellway.Manager.Audit;
using Cellway.Manager.Leadership;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using k8s.Autorest;
using k8s.Models;

namespace Cellway.Manager.Kubernetes;

/// <summary>Lets each worker in that has come by its token, once, and takes out what has no place any more.</summary>
internal sealed class WorkerAdmission(IStateStore store, StateKeys keys, WorkerNodes nodes, BootstrapTokens tokens, TimeProvider time, KubernetesLog log)
{
    public async Task ApplyAsync(LeaderTerm term, ClusterPicture picture, CancellationToken lost)
    {
        foreach (var worker in picture.View.Workers.Values)
        {
            try
            {
                await LookAtAsync(term, worker, picture, lost);
            }
            catch (Exception e) when (e is HttpRequestException or HttpOperationException)
            {
                log.WorkerFailed(WorkerRecord.NodeNameOf(worker.Id), KubernetesLog.Reason(e)); // the others need not wait for it
            }
        }
    }

    private async Task LookAtAsync(LeaderTerm term, WorkerRecord worker, ClusterPicture picture, CancellationToken lost)
    {
        var now = await StepAsync(term, worker, picture.Workers.GetValueOrDefault(WorkerRecord.NodeNameOf(worker.Id)), picture, lost);
        if (!now.TokenGone && (now is { JoinedAt: not null } or { RemovedAt: not null } || time.GetUtcNow() >= now.ExpiresAt))
        {
            await tokens.DeleteAsync(now.Id, lost);
            await term.ChangeAsync<WorkerRecord>(keys.Worker(now.Id), w => w with { TokenGone = true }, lost);
        }
    }

    private async Task<WorkerRecord> StepAsync(LeaderTerm term, WorkerRecord worker, V1Node? node, ClusterPicture picture, CancellationToken lost)
    {
        if (worker is { RemovedAt: null, JoinedAt: null } && node is not null && node.Metadata.CreationTimestamp <= worker.ExpiresAt.UtcDateTime)
        {
            if (await TryChangeAsync(term, worker.Id, w => w is { RemovedAt: null, JoinedAt: null } ? w with { JoinedAt = time.GetUtcNow(), NodeUid = node.Metadata.Uid } : null, "worker join", lost) is not { } joined)
            {
                return worker; // it has just been taken out: the next look sees that
            }

            worker = joined;
            log.WorkerCame(node.Metadata.Name, worker.Participant);
        }
        else if (worker is { RemovedAt: null, JoinedAt: not null } && node?.Metadata.Uid != worker.NodeUid)
        {
            worker = await TryChangeAsync(term, worker.Id, w => w.RemovedAt is null ? w with { RemovedAt = time.GetUtcNow() } : null, "worker remove", lost) ?? worker;
            log.WorkerGone(WorkerRecord.NodeNameOf(worker.Id));
        }

        if (node is not null)
        {
            await (worker is { RemovedAt: null, JoinedAt: not null } ? nodes.AdmitAsync(node, lost) : nodes.TakeOutAsync(node, picture.Pods.Values, lost));
        }

        return worker;
    }

    /// <returns>The record as it is then; null when another writer has decided otherwise.</returns>
    private async Task<WorkerRecord?> TryChangeAsync(LeaderTerm term, string id, Func<WorkerRecord, WorkerRecord?> change, string what, CancellationToken lost)
    {
        while (await store.GetAsync(keys.Worker(id), lost) is { } entry && change(StateJson.Read<WorkerRecord>(entry)) is { } after)
        {
            var transaction = new StateTransaction().Replace(entry, StateJson.Write(after))
                .Note(keys, new() { At = time.GetUtcNow(), Who = Actors.Planner(ClusterPlanner.Title), What = what, Subject = StateKeys.Folders.Workers + id });
            if ((await term.CommitAsync(transaction, lost)).Succeeded)
            {
                return after;
            }
        }

        return null;
    }
}
