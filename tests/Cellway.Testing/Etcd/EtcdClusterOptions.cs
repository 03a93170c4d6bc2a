namespace Cellway.Testing.Etcd;

/// <summary>What <see cref="EtcdCluster"/> starts.</summary>
public sealed record EtcdClusterOptions
{
    public int Members { get; init; } = 1;

    public bool Tls { get; init; } = true;

    /// <summary>--quota-backend-bytes; 0 for etcd's default.</summary>
    public long QuotaBytes { get; init; }

    /// <summary>Further arguments of every member.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
