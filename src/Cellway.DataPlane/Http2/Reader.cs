using System.Buffers;

namespace Cellway.DataPlane.Http2;

/// <summary>The reader loop: waits without a buffer, reads all that is there, lets the parser work on it, flushes what came of it.</summary>
internal sealed class Reader(Http2Connection connection)
{
    private const int BufferSize = 128 * 1024;

    // A TLS record fits behind what is there already.
    private const int RecordSize = 16 * 1024;

    private readonly Http2Transport _transport = connection.Transport;
    private byte[]? _buffer;
    private int _start; // of what the parser has not consumed
    private int _end;

    /// <summary>Reads until the peer or the connection ends. Throws what the transport fails with.</summary>
    public async Task RunAsync()
    {
        var budget = connection.Options.ReadBudget;
        while (true)
        {
            var ready = _transport.WaitForDataAsync();
            if (!ready.IsCompletedSuccessfully)
            {
                Park();
                budget = connection.Options.ReadBudget;
            }

            await ready;
            Unpark();
            var count = await _transport.ReadAsync(_buffer.AsMemory(_end));
            if (count == 0)
            {
                Release();
                return;
            }

            _end += count;
            budget -= count;
            while (_transport.HasMore && _buffer!.Length - _end >= RecordSize)
            {
                var more = _transport.ReadAsync(_buffer.AsMemory(_end));
                if (!more.IsCompleted)
                {
                    // The record was none of ours (a session ticket): work on what is here while waiting.
                    Process();
                }

                count = await more;
                _end += count;
                budget -= count;
                if (count == 0)
                {
                    break;
                }
            }

            Process();
            Compact();
            if (budget <= 0)
            {
                // A fast peer may not keep this thread, perhaps the event loop's own, from the others.
                budget = connection.Options.ReadBudget;
                await Task.Yield();
            }
        }
    }

    private void Process()
    {
        connection.Deadlines.NoteRead();
        using (Turn.Begin())
        {
            connection.Receiver.Floods.BeginTurn();
            _start += connection.Parser.Parse(_buffer.AsSpan(_start, _end - _start));
            connection.HasPartialPreface = connection.Parser.InPreface;
            connection.Receiver.EndTurn();
            if (connection.TakeNotices())
            {
                // Nothing after the last GOAWAY matters; what still comes is read and dropped until the peer closes.
                connection.LoseStreams();
                _start = _end;
                Turn.Flush(connection);
            }
        }

        if (connection.Outgoing.QueuedControlLocked > connection.Options.MaxQueuedControl)
        {
            connection.Cut("answers pile up unread");
        }
    }

    private void Compact()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
    }

    /// <summary>Before waiting: an idle connection holds no buffer, and one with a frame begun only its first bytes.</summary>
    private void Park()
    {
        if (_buffer is null || (_end > 0 && _buffer.Length <= 2 * RecordSize))
        {
            return;
        }

        var small = _end == 0 ? null : ArrayPool<byte>.Shared.Rent(_end);
        _buffer.AsSpan(0, _end).CopyTo(small);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = small;
    }

    private void Unpark()
    {
        if (_buffer is { Length: >= BufferSize })
        {
            return;
        }

        var large = ArrayPool<byte>.Shared.Rent(BufferSize);
        if (_buffer is not null)
        {
            _buffer.AsSpan(0, _end).CopyTo(large);
            ArrayPool<byte>.Shared.Return(_buffer);
        }

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
