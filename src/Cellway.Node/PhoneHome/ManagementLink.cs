using Grpc.Net.Client;

namespace Cellway.Node.PhoneHome;

/// <summary>The channel on which this node is attached right now; calls go over it and not over connections of their own.</summary>
internal sealed class ManagementLink
{
    private volatile GrpcChannel? _channel;

    /// <summary>Null while the node is not attached.</summary>
    public GrpcChannel? Channel
    {
        get => _channel;
        set => _channel = value;
    }
}
