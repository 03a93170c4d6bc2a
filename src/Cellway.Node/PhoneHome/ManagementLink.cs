using Grpc.Net.Client;

namespace Cellway.Node.PhoneHome;

/// <summary>The channel on which this node is attached right now; calls go over it and not over connections of their own.</summary>
internal sealed class ManagementLink
{
    private readonly Lock _lock = new();
    private volatile GrpcChannel? _channel;
    private QuestionStream? _questions;

    /// <summary>Null while the node is not attached.</summary>
    public GrpcChannel? Channel
    {
        get => _channel;
        set
        {
            lock (_lock)
            {
                if (value != _channel)
                {
                    _channel = value;
                    _questions?.Complete();
                    _questions = null;
                }
            }
        }
    }

    /// <summary>Where questions about devices are asked; null while the node is not attached.</summary>
    public QuestionStream? Questions
    {
        get
        {
            lock (_lock)
            {
                return _channel is not { } channel ? null
                    : _questions is { IsOver: false } ? _questions
                    : _questions = QuestionStream.Open(channel);
            }
        }
    }
}
