using Cellway.Manager.Api;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Kubernetes;

/// <summary>Workers as people see them.</summary>
internal static class WorkerInfos
{
    public static WorkerInfo Show(WorkerRecord worker, DateTimeOffset now) => new(
        worker.Id,
        WorkerRecord.NodeNameOf(worker.Id),
        worker.Participant,
        worker.RemovedAt is not null ? "removed" : worker.JoinedAt is not null ? "joined" : now >= worker.ExpiresAt ? "expired" : "open",
        worker.ExpiresAt,
        worker.JoinedAt);
}
