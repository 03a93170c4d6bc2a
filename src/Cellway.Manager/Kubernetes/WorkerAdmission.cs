using Cellway.Manager.Leadership;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using k8s.Autorest;
using k8s.Models;

namespace Cellway.Manager.Kubernetes;

/// <summary>Lets each worker in that has come by its token, once, and takes out what has no place any more.</summary>
internal sealed class WorkerAdmission(StateKeys keys, WorkerNodes nodes, BootstrapTokens tokens, TimeProvider time, KubernetesLog log)
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
            if (!await term.ChangeAsync<WorkerRecord>(
                keys.Worker(worker.Id), w => w is { RemovedAt: null, JoinedAt: null } ? w with { JoinedAt = time.GetUtcNow(), NodeUid = node.Metadata.Uid } : null, lost))
            {
                return worker; // it has just been taken out: the next look sees that
            }

            worker = worker with { JoinedAt = time.GetUtcNow(), NodeUid = node.Metadata.Uid };
            log.WorkerCame(node.Metadata.Name, worker.Participant);
        }
        else if (worker is { RemovedAt: null, JoinedAt: not null } && node?.Metadata.Uid != worker.NodeUid)
        {
            await term.ChangeAsync<WorkerRecord>(keys.Worker(worker.Id), w => w.RemovedAt is null ? w with { RemovedAt = time.GetUtcNow() } : null, lost);
            worker = worker with { RemovedAt = time.GetUtcNow() };
            log.WorkerGone(WorkerRecord.NodeNameOf(worker.Id));
        }

        if (node is not null)
        {
            await (worker is { RemovedAt: null, JoinedAt: not null } ? nodes.AdmitAsync(node, lost) : nodes.TakeOutAsync(node, picture.Pods.Values, lost));
        }

        return worker;
    }
}
