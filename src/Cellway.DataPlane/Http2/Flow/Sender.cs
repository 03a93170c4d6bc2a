using Cellway.DataPlane.Http2.Frames;

namespace Cellway.DataPlane.Http2.Flow;

/// <summary>What streams send: heads, payload, ends, resets and credit. See <see cref="Http2Stream"/> for each method's contract.</summary>
internal sealed class Sender(Http2Connection connection)
{
    private readonly Http2Options _options = connection.Options;
    private readonly SendState _state = connection.Outgoing;

    private Lock Gate => connection.Gate;

    /// <summary>Sends a header block.</summary>
    public bool SendHeaders(Http2Stream stream, ReadOnlySpan<byte> block, bool endStream)
    {
        bool flush;
        lock (Gate)
        {
            if (stream.IsClosed || stream.LocalEnded || stream.EndQueued || _state.IsStopped)
            {
                return false;
            }

            _state.WriteHeaders(stream, block, endStream);
            if (endStream)
            {
                _state.AfterLocalEnd(stream);
            }

            flush = _state.PromiseFlush();
        }

        _state.FlushIf(flush);
        return true;
    }

    /// <summary>Sends two pieces of payload as one.</summary>
    public bool SendData(Http2Stream stream, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        bool flush, accepted;
        lock (Gate)
        {
            if (stream.IsClosed || stream.LocalEnded || stream.EndQueued || _state.IsStopped)
            {
                return false;
            }

            accepted = _state.Take(stream, first) && _state.Take(stream, second);
            flush = _state.PromiseFlush();
        }

        _state.FlushIf(flush);
        return accepted;
    }

    /// <summary>Ends our direction after what is queued.</summary>
    public void SendEnd(Http2Stream stream, ReadOnlyMemory<byte> trailers)
    {
        bool flush;
        lock (Gate)
        {
            if (stream.IsClosed || stream.LocalEnded || stream.EndQueued || _state.IsStopped)
            {
                return;
            }

            stream.EndQueued = true;
            stream.Trailers = trailers;
            if (stream.Pending.Length == 0)
            {
                _state.WriteEnd(stream);
            }

            flush = _state.PromiseFlush();
        }

        _state.FlushIf(flush);
    }

    /// <summary>Resets a stream without telling its handler.</summary>
    public void Reset(Http2Stream stream, Http2ErrorCode code)
    {
        bool flush;
        lock (Gate)
        {
            if (stream.IsClosed || _state.IsStopped)
            {
                return;
            }

            _state.ResetLocked(stream, code);
            flush = _state.PromiseFlush();
        }

        _state.FlushIf(flush);
    }

    /// <summary>Returns received bytes to the peer's window.</summary>
    public void Credit(Http2Stream stream, int bytes)
    {
        bool flush;
        lock (Gate)
        {
            var increment = stream.IsClosed || stream.RemoteEnded || _state.IsStopped ? 0 : stream.Receive.Return(
                bytes, _options.Budget.MayGrow, _options.MaxStreamWindow, connection.RoundTrip.Ticks, connection.Clock);
            if (increment == 0)
            {
                return;
            }

            _state.WriteWindowUpdate(stream.Id, increment);
            flush = _state.PromiseFlush();
        }

        _state.FlushIf(flush);
    }

    /// <summary>Raises a stream's receive window.</summary>
    public void RaiseReceiveWindow(Http2Stream stream, int window)
    {
        bool flush;
        lock (Gate)
        {
            var increment = stream.IsClosed || stream.RemoteEnded || _state.IsStopped || !_options.Budget.MayGrow ? 0 : stream.Receive.Raise(window);
            if (increment == 0)
            {
                return;
            }

            _state.WriteWindowUpdate(stream.Id, increment);
            flush = _state.PromiseFlush();
        }

        _state.FlushIf(flush);
    }

    /// <summary>What may be sent now without queueing.</summary>
    public int SendQuota(Http2Stream stream)
    {
        lock (Gate)
        {
            if (stream.IsClosed || stream.LocalEnded || stream.EndQueued || _state.IsStopped)
            {
                return -1;
            }

            var window = Math.Min(stream.SendWindow, _state.Window);
            var room = _state.RoomFor(stream);
            if (stream.Pending.Length > 0 || window <= 0 || room <= 0)
            {
                stream.WantsWritable = true;
                if (stream.SendWindow > 0)
                {
                    _state.MakeReady(stream);
                }

                return 0;
            }

            return (int)Math.Min(window, room);
        }
    }
}
