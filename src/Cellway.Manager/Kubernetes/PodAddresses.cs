using Cellway.Manager.Leadership;
using Cellway.Model.Nodes;
using Cellway.Model.State;

namespace Cellway.Manager.Kubernetes;

/// <summary>Keeps with each Entry pod the addresses of its worker: a pod's connections leave by them, and Cores know Entries by where they come from.</summary>
internal sealed class PodAddresses(StateKeys keys)
{
    public async Task ApplyAsync(LeaderTerm term, ClusterPicture picture, CancellationToken lost)
    {
        foreach (var node in picture.View.Nodes.Values.Where(n => n is { Pod: not null, State: not NodeState.Revoked }))
        {
            if (picture.Pods.GetValueOrDefault(node.Pod!.Uid) is not { } pod)
            {
                continue;
            }

            var addresses = EntryPod.AddressesOf(pod, pod.Spec?.NodeName is { } worker ? picture.Workers.GetValueOrDefault(worker) : null);
            if (!addresses.SequenceEqual(node.Addresses ?? []))
            {
                await term.ChangeAsync<NodeRecord>(keys.Node(node.Id), n => n.State == NodeState.Revoked || addresses.SequenceEqual(n.Addresses ?? []) ? null : n with { Addresses = addresses }, lost);
            }
        }
    }
}
