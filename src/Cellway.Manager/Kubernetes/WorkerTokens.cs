using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Nodes;
using Cellway.Model.Participants;
using Cellway.Model.State;
using k8s;
using k8s.Autorest;

namespace Cellway.Manager.Kubernetes;

/// <summary>Makes bootstrap tokens for participants' machines.</summary>
internal sealed class WorkerTokens(IKubernetes api, KubernetesOptions options, BootstrapTokens tokens, NetworkWriter writer, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>A token for one machine, as the command that the participant runs.</summary>
    /// <exception cref="AdminException">There is no such participant, or the cluster does not take it.</exception>
    public async Task<CreatedWorker> CreateAsync(string participant, CancellationToken cancellationToken)
    {
        if (options is not { WorkersJoinAt: { } joinAt, Api.SslCaCerts: { Count: > 0 } authorities })
        {
            throw AdminException.Conflict("Management does not know where machines reach the cluster: start it with --kubernetes-workers HOST:PORT, as a pod or with a kubeconfig that names the cluster's CA.");
        }

        var (id, secret, now) = (BootstrapTokens.NewId(), BootstrapTokens.NewSecret(), time.GetUtcNow());
        var worker = new WorkerRecord { Id = id, Participant = participant, CreatedAt = now, ExpiresAt = now + Lifetime };

        // The record first: a machine that nobody remembers must not be able to join.
        var owner = await writer.FindAsync(writer.Keys.Participant, participant, cancellationToken)
            ?? throw AdminException.NotFound($"There is no participant {participant}: see “cellway participant list”.");
        if (StateJson.Read<ParticipantRecord>(owner).RemovedAt is not null)
        {
            throw AdminException.Conflict($"The participant {participant} is being removed.");
        }

        var transaction = new StateTransaction().Require(owner.Key, owner.ModRevision).Create(writer.Keys.Worker(id), StateJson.Write(worker));
        if (!await writer.TryCommitAsync(transaction, cancellationToken))
        {
            throw AdminException.Conflict("The participant has just been changed: try again.");
        }

        var isK3s = await AskAsync(id, authorities, secret, worker.ExpiresAt, cancellationToken);
        return new(isK3s ? JoinCommand.K3s(joinAt, id, secret, authorities) : JoinCommand.Kubeadm(joinAt, id, secret, authorities), WorkerInfos.Show(worker, now));
    }

    /// <returns>Whether the cluster is of k3s.</returns>
    private async Task<bool> AskAsync(string id, X509Certificate2Collection authorities, string secret, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        try
        {
            var isK3s = (await api.Version.GetCodeAsync(cancellationToken)).GitVersion.Contains("+k3s", StringComparison.Ordinal);
            await tokens.CreateAsync(id, secret, expires, isK3s, cancellationToken);
            return isK3s;
        }
        catch (Exception e) when (e is HttpRequestException or HttpOperationException)
        {
            await writer.ChangeAsync<WorkerRecord>(writer.Keys.Worker, id, w => w with { RemovedAt = time.GetUtcNow() }, cancellationToken);
            throw AdminException.Conflict($"The cluster did not take the token ({KubernetesLog.Reason(e)}): management's ServiceAccount must be able to create Secrets in kube-system (chart: workers.enabled).");
        }
    }
}
