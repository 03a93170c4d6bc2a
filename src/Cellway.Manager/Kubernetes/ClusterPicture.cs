using Cellway.Manager.View;
using k8s.Models;

namespace Cellway.Manager.Kubernetes;

/// <summary>What the network knew, and then what the cluster had.</summary>
/// <remarks>In this order: what came after the view was taken is in nobody's way, and what the view has and the cluster has not has gone.</remarks>
/// <param name="View">First.</param>
/// <param name="Pods">Those of the Entries' namespace that have not ended, by uid.</param>
/// <param name="Workers">The cluster's nodes, by name.</param>
internal sealed record ClusterPicture(NetworkView View, IReadOnlyDictionary<string, V1Pod> Pods, IReadOnlyDictionary<string, V1Node> Workers);
