using Grpc.Net.Client;

namespace Cellway.Node.PhoneHome;

/// <summary>The channel on which this node is attached right now; questions go over it and not over connections of their own.</summary>
internal sealed class ManagementLink
{
    private readonly Lock _lock = new();
    private volatile ManagementQuestions? _questions;
    private GrpcChannel? _channel;

    /// <summary>Null while the node is not attached.</summary>
    public GrpcChannel? Channel
    {
        get
        {
            lock (_lock)
            {
                return _channel;
            }
        }

        set
        {
            lock (_lock)
            {
                if (value != _channel)
                {
                    _channel = value;
                    _questions?.Complete();
                    _questions = value is null ? null : new(value);
                }
            }
        }
    }

    /// <summary>Where questions are asked; null while the node is not attached.</summary>
    public ManagementQuestions? Questions => _questions;
}
