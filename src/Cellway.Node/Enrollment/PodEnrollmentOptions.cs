namespace Cellway.Node.Enrollment;

/// <summary>How a pod of the operator's own cluster joins: with its ServiceAccount token, and no secret that pods share.</summary>
public sealed record PodEnrollmentOptions
{
    /// <summary>The projected ServiceAccount token, for the audience <c>cellway</c>. Read at each attempt: Kubernetes renews it.</summary>
    public required string TokenFile { get; init; }

    /// <summary>Where management is, host:port each.</summary>
    public required IReadOnlyList<string> Management { get; init; }

    /// <summary>SHA-256 of the root's public key, 64 hex digits, as <c>cellway init</c> says: what a join token would have pinned.</summary>
    public required string RootKeyHash { get; init; }
}
