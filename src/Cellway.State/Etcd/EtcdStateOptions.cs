namespace Cellway.State.Etcd;

/// <summary>Which etcd cluster, and how long to wait for it.</summary>
public sealed record EtcdStateOptions
{
    /// <summary>Client URLs of the members, any of which may be away: https, or http on this machine only.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>Stands before every key in etcd, so that a cluster may hold other things. Default empty.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Directory with <c>ca.crt</c>, <c>tls.crt</c> and <c>tls.key</c>; needed for https.</summary>
    public string? Credentials { get; init; }

    /// <summary>A call that took longer has failed. Default 5 s: a cluster elects a leader in one to two (etcd's --election-timeout is 1 s).</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A read goes on to the next member after this long. Default 1.5 s: shorter than an election, longer than a slow disk.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(1.5);
}
