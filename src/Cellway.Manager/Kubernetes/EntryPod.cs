using System.Net;
using Cellway.Model.Nodes;
using k8s.Models;

namespace Cellway.Manager.Kubernetes;

/// <summary>An Entry pod as the cluster knows it.</summary>
/// <param name="Identity">Which.</param>
/// <param name="Addresses">Those of its worker, as far as the pod itself says.</param>
internal sealed record EntryPod(PodIdentity Identity, IReadOnlyList<string> Addresses)
{
    public static EntryPod Of(V1Pod pod) => new(
        new(pod.Metadata.NamespaceProperty, pod.Metadata.Name, pod.Metadata.Uid, pod.Spec?.NodeName), AddressesOf(pod, null));

    /// <summary>By which addresses the pod's connections may leave its worker, as the cluster tells.</summary>
    public static IReadOnlyList<string> AddressesOf(V1Pod pod, V1Node? worker) =>
    [
        .. (pod.Status?.HostIPs?.Select(a => a.Ip) ?? []).Append(pod.Status?.HostIP)
            .Concat(worker?.Status?.Addresses?.Where(a => a.Type is "InternalIP" or "ExternalIP").Select(a => a.Address) ?? [])
            .Select(a => IPAddress.TryParse(a, out var address) ? address.ToString() : null).OfType<string>()
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];
}
