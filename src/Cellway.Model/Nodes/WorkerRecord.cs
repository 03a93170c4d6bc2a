using Cellway.Model.State;

namespace Cellway.Model.Nodes;

/// <summary>A participant's machine in the operator's Kubernetes cluster, where it carries Entry pods. One bootstrap token lets in one machine, once.</summary>
/// <remarks>Never deleted: a name that has been given is not given again.</remarks>
public sealed record WorkerRecord : IStateRecord
{
    private const string NamePrefix = "cellway-entry-";

    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The public half of its bootstrap token: 6 of a–z and 0–9.</summary>
    public required string Id { get; init; }

    /// <summary>Who brought it.</summary>
    public required string Participant { get; init; }

    /// <summary>When the token was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when a machine may join by it.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When a machine joined by it.</summary>
    public DateTimeOffset? JoinedAt { get; init; }

    /// <summary>The uid of the Kubernetes node that the machine became; another node of that name is not admitted.</summary>
    public string? NodeUid { get; init; }

    /// <summary>When it was taken out, or had gone; for good.</summary>
    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>Whether the cluster no longer has the bootstrap token.</summary>
    public bool TokenGone { get; init; }

    /// <summary>What the Kubernetes node must be called: that ties it to the token, and a cluster has each name once.</summary>
    public static string NodeNameOf(string id) => NamePrefix + id;

    /// <summary>The worker that a Kubernetes node of this name may be; null when it is the operator's own.</summary>
    public static string? IdOf(string? nodeName) =>
        nodeName is not null && nodeName.StartsWith(NamePrefix, StringComparison.Ordinal) ? nodeName[NamePrefix.Length..] : null;
}
