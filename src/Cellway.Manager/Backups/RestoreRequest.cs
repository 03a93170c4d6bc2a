using Cellway.Manager.Authority;

namespace Cellway.Manager.Backups;

/// <summary>What to restore.</summary>
public sealed record RestoreRequest
{
    /// <summary>The backup.</summary>
    public required string File { get; init; }

    /// <summary>A backup that has the root's key, if <see cref="File"/> has not.</summary>
    public string? RootFrom { get; init; }

    /// <summary>What is to open the network's secrets from now on. A key file that is not there is made.</summary>
    public required SealSecret Secret { get; init; }

    /// <summary>The SQLite file that it will be in, whose disk must have room for it; <see langword="null"/> for etcd.</summary>
    public string? StateFile { get; init; }
}
