using k8s;

namespace Cellway.Manager.Kubernetes;

/// <summary>The cluster whose Entry pods enroll by themselves.</summary>
public sealed record KubernetesOptions
{
    /// <summary>Where the cluster's API is, and by what right it is called.</summary>
    public required KubernetesClientConfiguration Api { get; init; }

    /// <summary>The only namespace whose pods may enroll. Default <c>cellway</c>.</summary>
    public string Namespace { get; init; } = "cellway";

    /// <summary>The only ServiceAccount whose pods may enroll. Default <c>cellway-entry</c>.</summary>
    public string ServiceAccount { get; init; } = "cellway-entry";

    /// <summary>Whose nodes the pods on the operator's own workers are: a participant of the network.</summary>
    public required string Participant { get; init; }

    /// <summary>Where participants' machines reach the cluster's API, host:port; <see langword="null"/> when none may join.</summary>
    public string? WorkersJoinAt { get; init; }

    /// <summary>How often the leader looks at pods and workers. Default 5 s: with the push, an old pod is refused within ten.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(5);
}
