using System.Buffers;

namespace Cellway.DataPlane.WebSocket;

/// <summary>The server side of a WebSocket as a stream of bytes: message borders mean nothing (wire.md 4.4).</summary>
/// <remarks>One reader and one writer at a time. Pings are answered by the reader, behind whatever the writer is sending.</remarks>
internal sealed class WebSocketConnection : IDisposable
{
    private const int BufferSize = 32 * 1024;

    private readonly Stream _stream;
    private readonly SemaphoreSlim _writing = new(1);
    private byte[] _buffer;
    private int _start;
    private int _end;
    private WebSocketFrame _frame;
    private long _read; // of the frame's payload
    private bool _inMessage;
    private bool _ended;
    private bool _closeSent;

    /// <param name="stream">The connection, behind the upgrade; not owned.</param>
    /// <param name="received">What came behind the request.</param>
    public WebSocketConnection(Stream stream, ReadOnlySpan<byte> received)
    {
        _stream = stream;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(BufferSize, received.Length));
        received.CopyTo(_buffer);
        _end = received.Length;
    }

    /// <summary>Reads payload.</summary>
    /// <returns>0 at the client's close frame, which is answered, and never because the connection was cut.</returns>
    /// <exception cref="IOException">The connection was lost, or the client broke the rules.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!_ended)
        {
            if (_read < _frame.Length && _frame.Opcode < WebSocketOpcode.Close)
            {
                if (_start == _end)
                {
                    await ReceiveAsync(cancellationToken);
                }

                var count = (int)Math.Min(Math.Min(_frame.Length - _read, _end - _start), buffer.Length);
                _buffer.AsSpan(_start, count).CopyTo(buffer.Span);
                _frame.Unmask(buffer.Span[..count], _read);
                _start += count;
                _read += count;
                return count;
            }

            var status = WebSocketFrame.Read(_buffer.AsSpan(_start, _end - _start), _inMessage, out var frame, out var consumed);
            if (status == OperationStatus.InvalidData)
            {
                throw new IOException("The client broke the framing.");
            }

            if (status == OperationStatus.NeedMoreData)
            {
                await ReceiveAsync(cancellationToken);
                continue;
            }

            _start += consumed;
            (_frame, _read) = (frame, 0);
            if (frame.Opcode >= WebSocketOpcode.Close)
            {
                await HandleControlAsync(cancellationToken);
            }
            else
            {
                _inMessage = !frame.IsFinal;
            }
        }

        return 0;
    }

    /// <summary>Sends one binary message.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        SendAsync(WebSocketOpcode.Binary, payload, cancellationToken);

    /// <summary>Ends our direction with a close frame, once.</summary>
    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        if (!_closeSent)
        {
            await SendAsync(WebSocketOpcode.Close, (byte[])[0x03, 0xe8], cancellationToken); // 1000, a normal end
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended = true;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
        _writing.Dispose();
    }

    private async ValueTask HandleControlAsync(CancellationToken cancellationToken)
    {
        while (_end - _start < _frame.Length)
        {
            await ReceiveAsync(cancellationToken);
        }

        var payload = _buffer.AsMemory(_start, (int)_frame.Length);
        _frame.Unmask(payload.Span, 0);
        _start += payload.Length;
        _ended = _frame.Opcode == WebSocketOpcode.Close;
        if (_frame.Opcode == WebSocketOpcode.Ping || (_ended && !_closeSent))
        {
            await SendAsync(_ended ? WebSocketOpcode.Close : WebSocketOpcode.Pong, payload, cancellationToken);
        }
    }

    private async ValueTask SendAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (_closeSent)
            {
                return;
            }

            _closeSent = opcode == WebSocketOpcode.Close;
            var frame = ArrayPool<byte>.Shared.Rent(WebSocketFrame.MaxHead + payload.Length);
            try
            {
                var head = WebSocketFrame.WriteHead(frame, opcode, payload.Length);
                payload.CopyTo(frame.AsMemory(head));
                await _stream.WriteAsync(frame.AsMemory(0, head + payload.Length), cancellationToken);
                await _stream.FlushAsync(cancellationToken);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(frame);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private async ValueTask ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var count = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        if (count == 0)
        {
            throw new IOException("The client is gone.");
        }

        _end += count;
    }
}
