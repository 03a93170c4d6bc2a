using System.Buffers.Binary;
using Cellway.DataPlane.Http2.Frames;

namespace Cellway.DataPlane.Http2.Flow;

/// <summary>What waits to be sent: windows, the out-buffer, and the round robin of streams whose payload had to wait.</summary>
/// <remarks>
/// Guarded by the connection's gate, which is held for a copy at most and never during a callback or a write, so two
/// connections spliced in both directions cannot deadlock. Unless said otherwise, call under the gate.
/// </remarks>
internal sealed class SendState(Http2Connection connection)
{
    private readonly Http2Options _options = connection.Options;
    private readonly Queue<Http2Stream> _ready = new();
    private readonly List<Http2Stream> _wake = [];
    private OutBuffer? _spare;
    private long _queued;
    private int _buffer; // number of the one being filled
    private bool _flushPromised;

    /// <summary>Frames for the next write.</summary>
    public OutBuffer Filling { get; private set; } = new();

    /// <summary>The connection's send window.</summary>
    public long Window { get; set; } = Http2Settings.DefaultWindow;

    /// <summary>What the peer announced.</summary>
    public Http2Settings Peer { get; set; } = new();

    /// <summary>The next header block must open with a table size update.</summary>
    public bool TableUpdateOwed { get; set; }

    /// <summary>Nothing may be framed any more.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Streams in the round robin.</summary>
    public int ReadyCount => _ready.Count;

    private Lock Gate => connection.Gate;

    /// <summary>Moves what may go into the out-buffer and takes that for writing; null when there is nothing.</summary>
    /// <param name="writable">Receives the streams to call <see cref="StreamHandler.OnWritable"/> on.</param>
    public OutBuffer? TakeForWriting(List<Http2Stream> writable)
    {
        lock (Gate)
        {
            _flushPromised = false;
            Drain();
            var taken = Filling.Length > 0 ? Filling : null;
            if (taken is not null)
            {
                Filling = _spare ?? new();
                _spare = null;
                _buffer++;
                Drain(); // the next one fills while this one is written
            }

            writable.AddRange(_wake);
            _wake.Clear();
            return taken;
        }
    }

    /// <summary>Whether anything waits to be written.</summary>
    /// <remarks>Call under the gate.</remarks>
    public bool HasWorkLocked => Filling.Length > 0 || (_ready.Count > 0 && Window > 0) || _wake.Count > 0;

    /// <summary>Bytes of answers the peer has not taken yet. Call under the gate.</summary>
    public int QueuedControlLocked => Filling.ControlLength;

    /// <summary>Gives a written buffer back.</summary>
    public void Recycle(OutBuffer buffer)
    {
        lock (Gate)
        {
            buffer.Clear();
            _spare = buffer;
        }
    }

    /// <summary>Nothing may be sent any more; frees the queues. Call under the gate, after closing all streams.</summary>
    public void StopLocked() => IsStopped = true;

    /// <summary>Writes a block as HEADERS and CONTINUATION. Call under the gate.</summary>
    public void WriteHeaders(Http2Stream stream, ReadOnlySpan<byte> block, bool endStream)
    {
        // After SETTINGS_HEADER_TABLE_SIZE a block must open with a size update; ours is always 0, as nginx's.
        var extra = TableUpdateOwed ? 1 : 0;
        TableUpdateOwed = false;
        var max = Peer.MaxFrameSize;
        var count = Math.Min(block.Length, max - extra);
        var flags = (endStream ? FrameFlags.EndStream : 0) | (count == block.Length ? FrameFlags.EndHeaders : 0);
        var payload = Filling.Frame(FrameType.Headers, flags, stream.Id, count + extra);
        if (extra > 0)
        {
            payload[0] = 0x20;
        }

        block[..count].CopyTo(payload[extra..]);
        for (block = block[count..]; block.Length > 0; block = block[count..])
        {
            count = Math.Min(block.Length, max);
            flags = count == block.Length ? FrameFlags.EndHeaders : 0;
            block[..count].CopyTo(Filling.Frame(FrameType.Continuation, flags, stream.Id, count));
        }
    }

    /// <summary>Writes END_STREAM or the trailers.</summary>
    public void WriteEnd(Http2Stream stream)
    {
        stream.EndQueued = false;
        if (stream.Trailers.Length > 0)
        {
            WriteHeaders(stream, stream.Trailers.Span, endStream: true);
            stream.Trailers = default;
        }
        else if (!Filling.TryEndLast(stream))
        {
            Filling.Frame(FrameType.Data, FrameFlags.EndStream, stream.Id, 0);
        }

        AfterLocalEnd(stream);
    }

    /// <summary>Our direction is over: closes the stream, or, as a server, resets what the client still sends.</summary>
    public void AfterLocalEnd(Http2Stream stream)
    {
        stream.LocalEnded = true;
        if (stream.RemoteEnded)
        {
            CloseLocked(stream);
        }
        else if (!connection.IsClient)
        {
            // The answer is complete, the request is not wanted any more: RFC 9113 section 8.1, and what nginx and grpc-go do.
            ResetLocked(stream, Http2ErrorCode.NoError);
        }
    }

    /// <summary>Writes credit, ahead of data.</summary>
    public void WriteWindowUpdate(int streamId, int increment) =>
        BinaryPrimitives.WriteInt32BigEndian(Filling.Urgent(FrameType.WindowUpdate, FrameFlags.None, streamId, 4), increment);

    /// <summary>Writes RST_STREAM and closes the stream.</summary>
    public void ResetLocked(Http2Stream stream, Http2ErrorCode code)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Filling.Frame(FrameType.RstStream, FrameFlags.None, stream.Id, 4), (uint)code);
        CloseLocked(stream);
    }

    /// <summary>Removes a stream and frees its queue. Call under the gate.</summary>
    public void CloseLocked(Http2Stream stream)
    {
        _queued -= stream.Pending.Length;
        _options.Budget.Return(stream.Pending.Length);
        stream.Pending.Clear();
        stream.IsClosed = true;
        connection.Table.RemoveLocked(stream);
    }

    /// <summary>Promises one flush; false when somebody already owes it. Call under the gate.</summary>
    public bool PromiseFlush()
    {
        if (_flushPromised || connection.Writer.IsRunning)
        {
            return false;
        }

        return _flushPromised = true;
    }

    /// <summary>Flushes when <paramref name="flush"/> says that it was promised. Call without the gate.</summary>
    public void FlushIf(bool flush)
    {
        if (flush)
        {
            Turn.Flush(connection);
        }
    }

    /// <summary>Frames payload, or queues what has to wait; false when the stream was reset for queueing too much.</summary>
    public bool Take(Http2Stream stream, ReadOnlySpan<byte> data)
    {
        // Straight into the out-buffer, unless others wait there and this is bulk: then it queues up behind them.
        var share = ShareOf(stream);
        if (stream.Pending.Length == 0
            && (share > 0 || (Filling.Length < _options.OutBufferSize && (_ready.Count == 0 || data.Length <= _options.Quantum))))
        {
            var count = Emit(stream, data);
            stream.Share = Math.Max(0, share - count);
            data = data[count..];
        }

        if (data.Length == 0)
        {
            return true;
        }

        if (_queued + data.Length > _options.MaxQueuedData || !_options.Budget.TryTake(data.Length))
        {
            ResetLocked(stream, Http2ErrorCode.Cancel);
            return false;
        }

        stream.Pending.Add(data);
        _queued += data.Length;
        if (stream.SendWindow > 0)
        {
            MakeReady(stream);
        }

        return true;
    }

    /// <summary>What the stream may send now, out of the window it has: nothing while others wait and it has no share.</summary>
    public int RoomFor(Http2Stream stream) => ShareOf(stream) is > 0 and var share ? share
        : _ready.Count > 0 || Filling.Length >= _options.OutBufferSize ? 0
        : Math.Max(_options.OutBufferSize - Filling.Length, _options.Quantum);

    /// <summary>Adds to a stream's send window.</summary>
    public void Widen(Http2Stream stream, long delta)
    {
        stream.SendWindow += delta;
        if (stream.SendWindow > 0 && (stream.Pending.Length > 0 || stream.WantsWritable))
        {
            MakeReady(stream);
        }
    }

    /// <summary>Puts a stream into the round robin.</summary>
    public void MakeReady(Http2Stream stream)
    {
        if (!stream.IsReady)
        {
            stream.IsReady = true;
            _ready.Enqueue(stream);
        }
    }

    private int Emit(Http2Stream stream, ReadOnlySpan<byte> data)
    {
        var count = (int)Math.Min(data.Length, Math.Min(stream.SendWindow, Window));
        if (count <= 0)
        {
            return 0;
        }

        Filling.Data(stream, data[..count], Math.Min(Peer.MaxFrameSize, _options.MaxSentFrame));
        stream.SendWindow -= count;
        Window -= count;
        return count;
    }

    // A share that was not used is lost with the buffer after the one it was given of.
    private int ShareOf(Http2Stream stream) => stream.ShareOf >= _buffer - 1 ? stream.Share : 0;

    // Only as many are woken as the buffer has room for: of all of them the first would fill it, and be the first again.
    private void Drain()
    {
        for (var room = _options.OutBufferSize - Filling.Length; room > 0 && Window > 0 && _ready.TryDequeue(out var stream);)
        {
            stream.IsReady = false;
            if (!stream.IsClosed && !IsStopped)
            {
                room -= DrainOne(stream);
            }
        }
    }

    private int DrainOne(Http2Stream stream)
    {
        var before = Filling.Length;
        for (var left = _options.Quantum; left > 0 && stream.Pending.Length > 0;)
        {
            var piece = stream.Pending.First;
            var count = Emit(stream, piece[..Math.Min(piece.Length, left)]);
            if (count == 0)
            {
                break;
            }

            stream.Pending.Advance(count);
            _queued -= count;
            _options.Budget.Return(count);
            left -= count;
        }

        if (stream.Pending.Length > 0)
        {
            if (stream.SendWindow > 0)
            {
                MakeReady(stream);
            }
        }
        else if (stream.EndQueued)
        {
            WriteEnd(stream);
        }
        else if (stream.WantsWritable && stream.SendWindow > 0)
        {
            stream.WantsWritable = false;
            stream.Share = _options.OutBufferSize / 4;
            stream.ShareOf = _buffer;
            _wake.Add(stream);
            return stream.Share;
        }

        return Filling.Length - before;
    }
}
