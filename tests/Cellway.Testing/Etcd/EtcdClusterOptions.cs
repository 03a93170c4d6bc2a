namespace Cellway.Testing.Etcd;

/// <summary>What <see cref="EtcdCluster"/> starts.</summary>
public sealed record EtcdClusterOptions
{
    public int Members { get; init; } = 1;

    public bool Tls { get; init; } = true;

    /// <summary>Directory with the credential of every member; made from a root of the cluster's own if null.</summary>
    public string? MemberCredentials { get; init; }

    /// <summary>Directory with a client's credential; made if null.</summary>
    public string? ClientCredentials { get; init; }

    /// <summary>--quota-backend-bytes; 0 for etcd's default.</summary>
    public long QuotaBytes { get; init; }

    /// <summary>Address of each member, in network namespaces of their own; loopback for all if empty.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Words before each member's program, which must become that program; none if empty.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Launchers { get; init; } = [];

    /// <summary>Further arguments of every member.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
