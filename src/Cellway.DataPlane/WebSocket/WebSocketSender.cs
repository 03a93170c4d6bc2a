using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Flow;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.WebSocket;

/// <summary>Our direction of a WebSocket: takes payload from any thread without waiting, and writes it as the client reads.</summary>
/// <remarks>Who bounds what waits is who sends: it hears what has left, and sends no more than its window beyond that.</remarks>
internal sealed class WebSocketSender(BufferBudget budget)
{
    // What is written before the socket gets it, and the senders their credit.
    private const int FlushAt = 128 * 1024;

    private readonly Lock _gate = new();
    private readonly WebSocketOutput _output = new(budget);
    private readonly AutoResetSignal _work = new(elsewhere: true);
    private byte[]? _pong;
    private byte[]? _close;
    private volatile bool _idle;
    private volatile bool _stopped;
    private long _written;

    /// <summary>Grows whenever the client has taken something.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Whether the socket has taken everything, and the end was not asked for.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _idle && _output.IsEmpty && _close is null;
            }
        }
    }

    /// <summary>Sends payload as part of the stream.</summary>
    /// <returns><see langword="false"/> when our direction is over, or too much waits in this process.</returns>
    public bool TrySend(ReadOnlySpan<byte> payload, int owed)
    {
        lock (_gate)
        {
            if (_stopped || _close is not null || !_output.TryAdd(payload, owed))
            {
                return false;
            }
        }

        _work.Set();
        return true;
    }

    /// <summary>Answers a ping, ahead of the payload. Of several that wait, the last is answered (RFC 6455, 5.5.3).</summary>
    public void Pong(ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            _pong = Control(WebSocketOpcode.Pong, payload);
        }

        _work.Set();
    }

    /// <summary>Ends our direction with a close frame, behind what waits.</summary>
    public void Close(ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            _close ??= Control(WebSocketOpcode.Close, payload);
        }

        _work.Set();
    }

    /// <summary>Wakes the writer, so that it meets what has become of the connection.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            _output.Clear();
        }

        _work.Set();
    }

    /// <summary>Writes until the close frame is out, or until stopped.</summary>
    /// <param name="transport">Where to.</param>
    /// <param name="sent">Told what was owed for what the socket has taken.</param>
    /// <returns>Whether the close frame is out.</returns>
    /// <exception cref="IOException">The connection failed.</exception>
    public async Task<bool> RunAsync(Http2Transport transport, Action<int> sent)
    {
        var (owed, unflushed) = (0, 0);
        while (true)
        {
            var (block, control, last) = Take();
            if (control is not null)
            {
                await transport.WriteAsync(control);
                unflushed += control.Length;
            }

            if (block is not null)
            {
                await transport.WriteAsync(block.Bytes.AsMemory(block.Start, block.End - block.Start));
                unflushed += block.End - block.Start;
                owed += block.Owed;
                Return(block);
            }

            var idle = block is null && control is null;
            if (unflushed >= FlushAt || (idle && unflushed > 0) || last)
            {
                await transport.FlushAsync();
                Volatile.Write(ref _written, _written + unflushed);
                sent(owed);
                (owed, unflushed) = (0, 0);
            }
            else if (idle)
            {
                if (_stopped)
                {
                    return false;
                }

                _idle = true;
                await _work.WaitAsync();
                _idle = false;
            }

            if (last)
            {
                return true;
            }
        }
    }

    private static byte[] Control(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[WebSocketFrame.MaxHead + payload.Length];
        var head = WebSocketFrame.WriteHead(frame, opcode, payload.Length);
        payload.CopyTo(frame.AsSpan(head));
        return frame[..(head + payload.Length)];
    }

    private (PendingBlock? Block, byte[]? Control, bool Last) Take()
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return default;
            }

            if (_pong is { } pong)
            {
                _pong = null;
                return (null, pong, false);
            }

            return _output.IsEmpty ? (null, _close, _close is not null) : (_output.Take(), null, false);
        }
    }

    private void Return(PendingBlock block)
    {
        lock (_gate)
        {
            _output.Return(block);
        }
    }
}
