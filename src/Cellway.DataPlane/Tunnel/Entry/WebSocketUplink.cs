using System.Buffers;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.WebSocket;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>The client's direction of a WebSocket: reads frames, and gives their payload to the handler as gRPC messages.</summary>
/// <remarks>
/// Payload is unmasked where it was received, and a message's header is written over what stood in front of it, which is
/// used up by then. A WebSocket has no windows: the uplink stops reading while too much has not left towards the Core.
/// </remarks>
internal sealed class WebSocketUplink(StreamHandler opening, WebSocketSender sender)
{
    // Until a Core takes the tunnel, as much as a web server's HTTP/2 stream would.
    private const int StrangersWindow = 64 * 1024;
    private const int TunnelWindow = 1 << 20;

    private const int BufferSize = 128 * 1024;
    private const int RecordSize = 16 * 1024;
    private const int ReadBudget = 1 << 20;

    // In front of the first byte, for a message's header.
    private const int Room = 16;

    private readonly AutoResetSignal _room = new(elsewhere: true);
    private WebSocketReader _frames;
    private volatile StreamHandler _handler = opening;
    private byte[]? _buffer;
    private int _start = Room; // of what is not used up
    private int _end = Room;
    private int _unsent; // received, and not gone to the Core yet
    private volatile int _window = StrangersWindow;
    private volatile bool _stopped;

    /// <summary>Who gets the messages.</summary>
    public StreamHandler Handler => _handler;

    /// <summary>A Core has taken the tunnel.</summary>
    public void Accept(StreamHandler splice)
    {
        _handler = splice;
        _window = TunnelWindow;
        _room.Set();
    }

    /// <summary>Bytes have left.</summary>
    public void Credit(int bytes)
    {
        if (Interlocked.Add(ref _unsent, -bytes) < _window)
        {
            _room.Set();
        }
    }

    /// <summary>Ends a wait for room.</summary>
    public void Stop()
    {
        _stopped = true;
        _room.Set();
    }

    /// <summary>Gives the handler bytes of the stream that came in no frame.</summary>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        var message = new byte[HunkHeader.MaxLength + Math.Min(bytes.Length, HunkHeader.MaxData)];
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(bytes.Length, HunkHeader.MaxData)..])
        {
            var data = bytes[..Math.Min(bytes.Length, HunkHeader.MaxData)];
            data.CopyTo(message.AsSpan(HunkHeader.MaxLength));
            Deliver(message, HunkHeader.MaxLength, data.Length);
        }
    }

    /// <summary>Reads until the client's close frame, which is answered.</summary>
    /// <exception cref="IOException">The connection was lost, or the client broke the rules.</exception>
    public async Task RunAsync(Http2Transport transport, ReadOnlyMemory<byte> received)
    {
        if (!received.IsEmpty)
        {
            Unpark(received.Length);
            received.CopyTo(_buffer.AsMemory(_end));
            _end += received.Length;
        }

        try
        {
            await RunAsync(transport);
        }
        finally
        {
            Release();
        }
    }

    private async Task RunAsync(Http2Transport transport)
    {
        var budget = ReadBudget;
        while (Process())
        {
            while (Volatile.Read(ref _unsent) >= _window && !_stopped)
            {
                await _room.WaitAsync();
            }

            var ready = transport.WaitForDataAsync();
            if (!ready.IsCompletedSuccessfully)
            {
                Park();
                budget = ReadBudget;
            }

            await ready;
            Unpark(RecordSize);
            do
            {
                var count = await transport.ReadAsync(_buffer.AsMemory(_end));
                if (count == 0)
                {
                    throw new IOException("The client is gone.");
                }

                _end += count;
                budget -= count;
            }
            while (transport.HasMore && _buffer!.Length - _end >= RecordSize);

            if (budget <= 0)
            {
                budget = ReadBudget;
                await Task.Yield(); // a fast client may not keep the thread from the others
            }
        }
    }

    /// <returns>Whether there may be more.</returns>
    private bool Process()
    {
        using var turn = Turn.Begin();
        while (_start < _end)
        {
            var status = _frames.Next(_buffer.AsSpan(_start, _end - _start), out var kind, out var start, out var length);
            var piece = _start + start;
            _start = piece + length;
            if (status == OperationStatus.InvalidData)
            {
                throw new IOException("The client broke the framing.");
            }

            if (status == OperationStatus.NeedMoreData)
            {
                break;
            }

            switch (kind)
            {
                case WebSocketOpcode.Close:
                    _handler.OnEnd();
                    sender.Close(_buffer.AsSpan(piece, length));
                    return false;
                case WebSocketOpcode.Ping:
                    sender.Pong(_buffer.AsSpan(piece, length));
                    break;
                case WebSocketOpcode.Pong:
                    break;
                default:
                    Deliver(_buffer!, piece, length);
                    break;
            }
        }

        Compact();
        return true;
    }

    private void Deliver(byte[] buffer, int start, int length)
    {
        while (length > 0)
        {
            var data = Math.Min(length, HunkHeader.MaxData);
            var head = HunkHeader.LengthFor(data);
            HunkHeader.Write(buffer.AsSpan(start - head), data);
            Interlocked.Add(ref _unsent, head + data);
            _handler.OnData(buffer.AsSpan(start - head, head + data));
            start += data;
            length -= data;
        }
    }

    private void Compact()
    {
        if (_buffer is not null)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer.AsSpan(Room));
        }

        (_start, _end) = (Room, Room + _end - _start);
    }

    /// <summary>Before waiting: an idle tunnel holds no buffer, and one with a frame begun only its first bytes.</summary>
    private void Park()
    {
        if (_buffer is not { Length: >= BufferSize } large)
        {
            return;
        }

        _buffer = null;
        if (_end > Room)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(_end);
            large.AsSpan(Room, _end - Room).CopyTo(_buffer.AsSpan(Room));
        }

        ArrayPool<byte>.Shared.Return(large);
    }

    private void Unpark(int room)
    {
        if (_buffer is not null && _buffer.Length - _end >= room)
        {
            return;
        }

        var large = ArrayPool<byte>.Shared.Rent(Math.Max(BufferSize, _end + room));
        if (_buffer is not null)
        {
            _buffer.AsSpan(Room, _end - Room).CopyTo(large.AsSpan(Room));
        }

        Release();
        _buffer = large;
    }

    private void Release()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
