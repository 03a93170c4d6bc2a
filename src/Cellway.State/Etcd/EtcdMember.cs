using Cellway.State.Etcd.Wire;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cellway.State.Etcd;

/// <summary>A connection to one member.</summary>
internal sealed class EtcdMember : IDisposable
{
    // A member that has lost its leader must say so instead of serving what it had: etcd's "WithRequireLeader".
    private static readonly Metadata RequireLeader = new() { { "hasleader", "true" } };

    private readonly GrpcChannel _channel;

    public EtcdMember(Uri endpoint, EtcdCredentials? credentials)
    {
        Endpoint = endpoint;
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(1.5),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,

            // A member that was stopped keeps its connections. etcd closes on who pings more often than every 5 s, or without a call.
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(6),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(3),
            UseProxy = false,
        };
        if (credentials is not null)
        {
            handler.SslOptions = credentials.ForConnections();
        }

        // Given a client and not a handler, the channel leaves connecting and backing off to us: see EtcdMembers.
        _channel = GrpcChannel.ForAddress(endpoint, new()
        {
            HttpClient = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null, // pages and fragments bound it, and one value may be 1 MiB
        });
        var invoker = _channel.CreateCallInvoker();
        Keys = new(invoker);
        Watches = new(invoker);
        Leases = new(invoker);
        Maintenance = new(invoker);
    }

    public Uri Endpoint { get; }

    public KV.KVClient Keys { get; }

    public Watch.WatchClient Watches { get; }

    public Lease.LeaseClient Leases { get; }

    public Maintenance.MaintenanceClient Maintenance { get; }

    /// <summary>Whether it is known to belong to the cluster. Asked again after every failure.</summary>
    public bool IsVerified { get; set; }

    public static CallOptions Options(CancellationToken cancellationToken) => new(RequireLeader, cancellationToken: cancellationToken);

    public void Dispose() => _channel.Dispose();
}
