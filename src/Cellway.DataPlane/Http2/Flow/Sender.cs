using System.Buffers.Binary;
using Cellway.DataPlane.Http2.Frames;

namespace Cellway.DataPlane.Http2.Flow;

/// <summary>Everything a connection sends: windows, the out-buffer, and the round robin of streams whose payload had to wait.</summary>
/// <remarks>
/// State is guarded by the connection's gate, which is held for a copy at most and never during a callback or a write, so two
/// connections spliced in both directions cannot deadlock.
/// </remarks>
internal sealed class Sender(Http2Connection connection)
{
    private readonly Http2Options _options = connection.Options;
    private readonly Queue<Http2Stream> _ready = new();
    private readonly List<Http2Stream> _wake = [];
    private OutBuffer _filling = new();
    private OutBuffer? _spare;
    private long _window = Http2Settings.DefaultWindow;
    private long _queued;
    private bool _tableUpdateOwed;
    private bool _flushPromised;
    private bool _stopped;

    private Lock Gate => connection.Gate;

    /// <summary>What the peer announced.</summary>
    public Http2Settings Peer { get; private set; } = new();

    // ---- streams

    /// <summary>Sends a header block.</summary>
    public bool SendHeaders(Http2Stream stream, ReadOnlySpan<byte> block, bool endStream)
    {
        bool flush;
        lock (Gate)
        {
            if (stream.IsClosed || stream.LocalEnded || stream.EndQueued || _stopped)
            {
                return false;
            }

            WriteHeaders(stream, block, endStream);
            if (endStream)
            {
                AfterLocalEnd(stream);
            }

            flush = PromiseFlush();
        }

        FlushIf(flush);
        return true;
    }

    /// <summary>Sends two pieces of payload as one.</summary>
    public bool SendData(Http2Stream stream, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        bool flush, accepted;
        lock (Gate)
        {
            if (stream.IsClosed || stream.LocalEnded || stream.EndQueued || _stopped)
            {
                return false;
            }

            accepted = Take(stream, first) && Take(stream, second);
            flush = PromiseFlush();
        }

        FlushIf(flush);
        return accepted;
    }

    /// <summary>Ends our direction after what is queued.</summary>
    public void SendEnd(Http2Stream stream, ReadOnlyMemory<byte> trailers)
    {
        bool flush;
        lock (Gate)
        {
            if (stream.IsClosed || stream.LocalEnded || stream.EndQueued || _stopped)
            {
                return;
            }

            stream.EndQueued = true;
            stream.Trailers = trailers;
            if (stream.Pending.Length == 0)
            {
                WriteEnd(stream);
            }

            flush = PromiseFlush();
        }

        FlushIf(flush);
    }

    /// <summary>Resets a stream without telling its handler.</summary>
    public void Reset(Http2Stream stream, Http2ErrorCode code)
    {
        bool flush;
        lock (Gate)
        {
            if (stream.IsClosed || _stopped)
            {
                return;
            }

            ResetLocked(stream, code);
            flush = PromiseFlush();
        }

        FlushIf(flush);
    }

    /// <summary>Resets a stream number that has no stream: refused, or misused.</summary>
    public void ResetUnknown(int streamId, Http2ErrorCode code) =>
        Control(FrameType.RstStream, FrameFlags.None, streamId, (uint)code);

    /// <summary>Returns received bytes to the peer's window.</summary>
    public void Credit(Http2Stream stream, int bytes)
    {
        bool flush;
        lock (Gate)
        {
            var increment = stream.IsClosed || stream.RemoteEnded || _stopped ? 0 : stream.Receive.Return(
                bytes, _options.Budget.MayGrow, _options.MaxStreamWindow, connection.RoundTrip.Ticks, connection.Clock);
            if (increment == 0)
            {
                return;
            }

            WriteWindowUpdate(stream.Id, increment);
            flush = PromiseFlush();
        }

        FlushIf(flush);
    }

    /// <summary>Raises a stream's receive window.</summary>
    public void RaiseReceiveWindow(Http2Stream stream, int window)
    {
        bool flush;
        lock (Gate)
        {
            var increment = stream.IsClosed || stream.RemoteEnded || _stopped || !_options.Budget.MayGrow ? 0 : stream.Receive.Raise(window);
            if (increment == 0)
            {
                return;
            }

            WriteWindowUpdate(stream.Id, increment);
            flush = PromiseFlush();
        }

        FlushIf(flush);
    }

    /// <summary>What may be sent now without queueing.</summary>
    public int SendQuota(Http2Stream stream)
    {
        lock (Gate)
        {
            if (stream.IsClosed || stream.LocalEnded || stream.EndQueued || _stopped)
            {
                return -1;
            }

            var window = Math.Min(stream.SendWindow, _window);
            var room = _options.OutBufferSize - _filling.Length;
            if (stream.Pending.Length > 0 || window <= 0 || room <= 0)
            {
                stream.WantsWritable = true;
                if (stream.SendWindow > 0)
                {
                    MakeReady(stream);
                }

                return 0;
            }

            return (int)Math.Min(window, Math.Max(room, _options.Quantum));
        }
    }

    // ---- connection

    /// <summary>The first bytes of a connection.</summary>
    public void Hello(bool client)
    {
        lock (Gate)
        {
            if (client)
            {
                _filling.Raw(Preface.Bytes);
            }

            var payload = _filling.Frame(FrameType.Settings, FrameFlags.None, 0, _options.Settings.Count * Http2Setting.Size);
            foreach (var setting in _options.Settings)
            {
                BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)setting.Id);
                BinaryPrimitives.WriteUInt32BigEndian(payload[2..], setting.Value);
                payload = payload[Http2Setting.Size..];
            }

            if (_options.ConnectionWindowIncrement > 0)
            {
                BinaryPrimitives.WriteInt32BigEndian(_filling.Frame(FrameType.WindowUpdate, FrameFlags.None, 0, 4), _options.ConnectionWindowIncrement);
            }

            PromiseFlush();
        }
    }

    /// <summary>A frame with a 32-bit payload, in order.</summary>
    public void Control(FrameType type, FrameFlags flags, int streamId, uint value)
    {
        bool flush;
        lock (Gate)
        {
            if (_stopped)
            {
                return;
            }

            BinaryPrimitives.WriteUInt32BigEndian(_filling.Frame(type, flags, streamId, 4), value);
            flush = PromiseFlush();
        }

        FlushIf(flush);
    }

    /// <summary>PING or its ACK, ahead of all queued data.</summary>
    public void Ping(ReadOnlySpan<byte> opaque, FrameFlags flags)
    {
        bool flush;
        lock (Gate)
        {
            if (_stopped)
            {
                return;
            }

            opaque.CopyTo(_filling.Urgent(FrameType.Ping, flags, 0, 8));
            flush = PromiseFlush();
        }

        FlushIf(flush);
    }

    /// <summary>GOAWAY; with <paramref name="last"/> nothing is framed after it.</summary>
    public void GoAway(int lastStreamId, Http2ErrorCode code, bool last)
    {
        bool flush;
        lock (Gate)
        {
            if (_stopped)
            {
                return;
            }

            var payload = _filling.Frame(FrameType.GoAway, FrameFlags.None, 0, 8);
            BinaryPrimitives.WriteInt32BigEndian(payload, lastStreamId);
            BinaryPrimitives.WriteUInt32BigEndian(payload[4..], (uint)code);
            _stopped = last;
            flush = PromiseFlush();
        }

        FlushIf(flush);
    }

    /// <summary>Connection credit for what arrived, ahead of data.</summary>
    public void ConnectionCredit(int increment)
    {
        bool flush;
        lock (Gate)
        {
            if (_stopped)
            {
                return;
            }

            WriteWindowUpdate(0, increment);
            flush = PromiseFlush();
        }

        FlushIf(flush);
    }

    /// <summary>Applies the peer's SETTINGS and acknowledges them behind what was framed under the old ones.</summary>
    public Http2ErrorCode ApplySettings(ReadOnlySpan<byte> payload)
    {
        bool flush;
        lock (Gate)
        {
            var before = Peer.InitialWindowSize;
            if (Peer.Apply(payload, out var error, out var tableSizeSeen) is not { } settings)
            {
                return error;
            }

            Peer = settings;
            _tableUpdateOwed |= tableSizeSeen;
            var delta = (long)settings.InitialWindowSize - before;
            if (delta != 0)
            {
                foreach (var stream in connection.Streams.Values)
                {
                    if (stream.SendWindow + delta > Http2Settings.MaxWindow)
                    {
                        return Http2ErrorCode.FlowControlError;
                    }

                    Widen(stream, delta);
                }
            }

            if (_stopped)
            {
                return Http2ErrorCode.NoError;
            }

            _filling.Frame(FrameType.Settings, FrameFlags.Ack, 0, 0);
            flush = PromiseFlush();
        }

        FlushIf(flush);
        return Http2ErrorCode.NoError;
    }

    /// <summary>The peer's connection-level credit; false on overflow.</summary>
    public bool WidenConnection(int increment)
    {
        bool flush;
        lock (Gate)
        {
            _window += increment;
            if (_window > Http2Settings.MaxWindow)
            {
                return false;
            }

            flush = _ready.Count > 0 && PromiseFlush();
        }

        FlushIf(flush);
        return true;
    }

    /// <summary>The peer's credit on a stream; false on overflow.</summary>
    public bool WidenStream(Http2Stream stream, int increment)
    {
        bool flush;
        lock (Gate)
        {
            if (stream.SendWindow + increment > Http2Settings.MaxWindow)
            {
                return false;
            }

            Widen(stream, increment);
            flush = stream.IsReady && PromiseFlush();
        }

        FlushIf(flush);
        return true;
    }

    // ---- writer; each takes the gate

    /// <summary>Moves what may go into the out-buffer and takes that for writing; null when there is nothing.</summary>
    /// <param name="writable">Receives the streams to call <see cref="StreamHandler.OnWritable"/> on.</param>
    public OutBuffer? TakeForWriting(List<Http2Stream> writable)
    {
        lock (Gate)
        {
            _flushPromised = false;
            Drain();
            writable.AddRange(_wake);
            _wake.Clear();
            if (_filling.Length == 0)
            {
                return null;
            }

            var taken = _filling;
            _filling = _spare ?? new();
            _spare = null;
            return taken;
        }
    }

    /// <summary>Whether anything waits to be written.</summary>
    /// <remarks>Call under the gate.</remarks>
    public bool HasWorkLocked => _filling.Length > 0 || (_ready.Count > 0 && _window > 0) || _wake.Count > 0;

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
    public void StopLocked() => _stopped = true;

    // ---- under the gate

    /// <summary>Writes a block as HEADERS and CONTINUATION. Call under the gate.</summary>
    public void WriteHeaders(Http2Stream stream, ReadOnlySpan<byte> block, bool endStream)
    {
        // After SETTINGS_HEADER_TABLE_SIZE a block must open with a size update; ours is always 0, as nginx's.
        var extra = _tableUpdateOwed ? 1 : 0;
        _tableUpdateOwed = false;
        var max = Peer.MaxFrameSize;
        var count = Math.Min(block.Length, max - extra);
        var flags = (endStream ? FrameFlags.EndStream : 0) | (count == block.Length ? FrameFlags.EndHeaders : 0);
        var payload = _filling.Frame(FrameType.Headers, flags, stream.Id, count + extra);
        if (extra > 0)
        {
            payload[0] = 0x20;
        }

        block[..count].CopyTo(payload[extra..]);
        for (block = block[count..]; block.Length > 0; block = block[count..])
        {
            count = Math.Min(block.Length, max);
            flags = count == block.Length ? FrameFlags.EndHeaders : 0;
            block[..count].CopyTo(_filling.Frame(FrameType.Continuation, flags, stream.Id, count));
        }
    }

    /// <summary>Removes a stream and frees its queue. Call under the gate.</summary>
    public void CloseLocked(Http2Stream stream)
    {
        _queued -= stream.Pending.Length;
        _options.Budget.Return(stream.Pending.Length);
        stream.Pending.Clear();
        stream.IsClosed = true;
        connection.RemoveLocked(stream);
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

    private void FlushIf(bool flush)
    {
        if (flush)
        {
            Turn.Flush(connection);
        }
    }

    private void ResetLocked(Http2Stream stream, Http2ErrorCode code)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_filling.Frame(FrameType.RstStream, FrameFlags.None, stream.Id, 4), (uint)code);
        CloseLocked(stream);
    }

    private bool Take(Http2Stream stream, ReadOnlySpan<byte> data)
    {
        // Straight into the out-buffer, unless others wait there and this is bulk: then it queues up behind them.
        var limit = _ready.Count == 0 || data.Length <= _options.Quantum ? _options.OutBufferSize : 0;
        if (stream.Pending.Length == 0 && _filling.Length < limit)
        {
            data = data[Emit(stream, data)..];
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

    private int Emit(Http2Stream stream, ReadOnlySpan<byte> data)
    {
        var count = (int)Math.Min(data.Length, Math.Min(stream.SendWindow, _window));
        if (count <= 0)
        {
            return 0;
        }

        _filling.Data(stream, data[..count], Math.Min(Peer.MaxFrameSize, _options.MaxSentFrame));
        stream.SendWindow -= count;
        _window -= count;
        return count;
    }

    private void Drain()
    {
        while (_filling.Length < _options.OutBufferSize && _window > 0 && _ready.TryDequeue(out var stream))
        {
            stream.IsReady = false;
            if (stream.IsClosed || _stopped)
            {
                continue;
            }

            DrainOne(stream);
        }
    }

    private void DrainOne(Http2Stream stream)
    {
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
            _wake.Add(stream);
        }
    }

    private void WriteEnd(Http2Stream stream)
    {
        stream.EndQueued = false;
        if (stream.Trailers.Length > 0)
        {
            WriteHeaders(stream, stream.Trailers.Span, endStream: true);
            stream.Trailers = default;
        }
        else if (!_filling.TryEndLast(stream))
        {
            _filling.Frame(FrameType.Data, FrameFlags.EndStream, stream.Id, 0);
        }

        AfterLocalEnd(stream);
    }

    private void AfterLocalEnd(Http2Stream stream)
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

    private void Widen(Http2Stream stream, long delta)
    {
        stream.SendWindow += delta;
        if (stream.SendWindow > 0 && (stream.Pending.Length > 0 || stream.WantsWritable))
        {
            MakeReady(stream);
        }
    }

    private void MakeReady(Http2Stream stream)
    {
        if (!stream.IsReady)
        {
            stream.IsReady = true;
            _ready.Enqueue(stream);
        }
    }

    private void WriteWindowUpdate(int streamId, int increment) =>
        BinaryPrimitives.WriteInt32BigEndian(_filling.Urgent(FrameType.WindowUpdate, FrameFlags.None, streamId, 4), increment);

    /// <summary>Bytes of answers the peer has not taken yet. Call under the gate.</summary>
    public int QueuedControlLocked => _filling.ControlLength;
}
