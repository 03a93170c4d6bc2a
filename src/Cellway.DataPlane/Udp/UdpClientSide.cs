using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Vless;

namespace Cellway.DataPlane.Udp;

/// <summary>Where a UDP session's datagrams go at the moment: a client's stream, and the form in which it wants them.</summary>
#pragma warning disable CA1001 // the source is neither linked nor timed, so it holds nothing; it may be cancelled at any time
internal abstract class UdpClientSide(IPayloadSink sink)
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _detached = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IPayloadSink Sink { get; } = sink;

    /// <summary>Fires when the session has left this client's stream, or the client it.</summary>
    public CancellationToken Detached => _detached.Token;

    /// <summary>The same as a task.</summary>
    public Task WhenDetached => _left.Task;

    /// <summary>The biggest datagram that it takes; bigger ones are lost.</summary>
    public abstract int MaxDatagram { get; }

    /// <summary>The most that precedes a datagram.</summary>
    public abstract int MaxHeader { get; }

    /// <summary>Writes one datagram, not an empty one.</summary>
    /// <returns>How many bytes were written.</returns>
    public abstract int Write(Span<byte> output, in Destination source, ReadOnlySpan<byte> datagram);

    public void Detach()
    {
        _left.TrySetResult();
        _detached.Cancel();
    }
}
