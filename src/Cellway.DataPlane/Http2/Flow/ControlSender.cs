using System.Buffers.Binary;
using Cellway.DataPlane.Http2.Frames;

namespace Cellway.DataPlane.Http2.Flow;

/// <summary>What the connection itself sends, and what the peer's windows and settings change.</summary>
internal sealed class ControlSender(Http2Connection connection)
{
    private readonly Http2Options _options = connection.Options;
    private readonly SendState _state = connection.Outgoing;

    private Lock Gate => connection.Gate;

    /// <summary>The first bytes of a connection.</summary>
    public void Hello(bool client)
    {
        lock (Gate)
        {
            if (client)
            {
                _state.Filling.Raw(Preface.Bytes);
            }

            var payload = _state.Filling.Frame(FrameType.Settings, FrameFlags.None, 0, _options.Settings.Count * Http2Setting.Size);
            foreach (var setting in _options.Settings)
            {
                BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)setting.Id);
                BinaryPrimitives.WriteUInt32BigEndian(payload[2..], setting.Value);
                payload = payload[Http2Setting.Size..];
            }

            if (_options.ConnectionWindowIncrement > 0)
            {
                BinaryPrimitives.WriteInt32BigEndian(_state.Filling.Frame(FrameType.WindowUpdate, FrameFlags.None, 0, 4), _options.ConnectionWindowIncrement);
            }

            _state.PromiseFlush();
        }
    }

    /// <summary>PING or its ACK, ahead of all queued data.</summary>
    public void Ping(ReadOnlySpan<byte> opaque, FrameFlags flags)
    {
        bool flush;
        lock (Gate)
        {
            if (_state.IsStopped)
            {
                return;
            }

            opaque.CopyTo(_state.Filling.Urgent(FrameType.Ping, flags, 0, 8));
            flush = _state.PromiseFlush();
        }

        _state.FlushIf(flush);
    }

    /// <summary>GOAWAY; with <paramref name="last"/> nothing is framed after it.</summary>
    public void GoAway(int lastStreamId, Http2ErrorCode code, bool last)
    {
        bool flush;
        lock (Gate)
        {
            if (_state.IsStopped)
            {
                return;
            }

            var payload = _state.Filling.Frame(FrameType.GoAway, FrameFlags.None, 0, 8);
            BinaryPrimitives.WriteInt32BigEndian(payload, lastStreamId);
            BinaryPrimitives.WriteUInt32BigEndian(payload[4..], (uint)code);
            _state.IsStopped = last;
            flush = _state.PromiseFlush();
        }

        _state.FlushIf(flush);
    }

    /// <summary>Resets a stream number that has no stream: refused, or misused.</summary>
    public void ResetUnknown(int streamId, Http2ErrorCode code) =>
        Control(FrameType.RstStream, FrameFlags.None, streamId, (uint)code);

    /// <summary>Connection credit for what arrived, ahead of data.</summary>
    public void ConnectionCredit(int increment)
    {
        bool flush;
        lock (Gate)
        {
            if (_state.IsStopped)
            {
                return;
            }

            _state.WriteWindowUpdate(0, increment);
            flush = _state.PromiseFlush();
        }

        _state.FlushIf(flush);
    }

    /// <summary>Applies the peer's SETTINGS and acknowledges them behind what was framed under the old ones.</summary>
    public Http2ErrorCode ApplySettings(ReadOnlySpan<byte> payload)
    {
        bool flush;
        lock (Gate)
        {
            var before = _state.Peer.InitialWindowSize;
            if (_state.Peer.Apply(payload, out var error, out var tableSizeSeen) is not { } settings)
            {
                return error;
            }

            _state.Peer = settings;
            _state.TableUpdateOwed |= tableSizeSeen;
            var delta = (long)settings.InitialWindowSize - before;
            if (delta != 0)
            {
                foreach (var stream in connection.Streams.Values)
                {
                    if (stream.SendWindow + delta > Http2Settings.MaxWindow)
                    {
                        return Http2ErrorCode.FlowControlError;
                    }

                    _state.Widen(stream, delta);
                }
            }

            if (_state.IsStopped)
            {
                return Http2ErrorCode.NoError;
            }

            _state.Filling.Frame(FrameType.Settings, FrameFlags.Ack, 0, 0);
            flush = _state.PromiseFlush();
        }

        _state.FlushIf(flush);
        return Http2ErrorCode.NoError;
    }

    /// <summary>The peer's connection-level credit; false on overflow.</summary>
    public bool WidenConnection(int increment)
    {
        bool flush;
        lock (Gate)
        {
            _state.Window += increment;
            if (_state.Window > Http2Settings.MaxWindow)
            {
                return false;
            }

            flush = _state.ReadyCount > 0 && _state.PromiseFlush();
        }

        _state.FlushIf(flush);
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

            _state.Widen(stream, increment);
            flush = stream.IsReady && _state.PromiseFlush();
        }

        _state.FlushIf(flush);
        return true;
    }

    /// <summary>A frame with a 32-bit payload, in order.</summary>
    public void Control(FrameType type, FrameFlags flags, int streamId, uint value)
    {
        bool flush;
        lock (Gate)
        {
            if (_state.IsStopped)
            {
                return;
            }

            BinaryPrimitives.WriteUInt32BigEndian(_state.Filling.Frame(type, flags, streamId, 4), value);
            flush = _state.PromiseFlush();
        }

        _state.FlushIf(flush);
    }
}
