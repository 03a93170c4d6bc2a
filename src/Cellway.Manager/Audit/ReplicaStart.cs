using Cellway.Manager.Authority;
using Cellway.Manager.Leadership;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.Audit;

/// <summary>That a replica has opened the root, and issues its own certificates while it runs, is an entry of the log.</summary>
internal sealed class ReplicaStart(IStateStore store, StateKeys keys, NetworkAuthority authority, Replica replica, TimeProvider time, AuditLog log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var act = new Model.Audit.AuditAct
        {
            At = time.GetUtcNow(),
            Who = Actors.Replica(replica.Id),
            What = "replica start",
            Subject = $"{StateKeys.Folders.Replicas}{replica.Id}",
            Detail = $"version {Software.Version}, root {authority.Root.KeyHash}",
        };
        try
        {
            await store.CommitAsync(new StateTransaction().Note(keys, act), stoppingToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            log.NotWritten(act.What, act.Outcome, e);
        }
    }
}
