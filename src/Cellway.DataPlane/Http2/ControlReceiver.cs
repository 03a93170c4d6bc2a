using System.Buffers.Binary;
using Cellway.DataPlane.Http2.Frames;

namespace Cellway.DataPlane.Http2;

/// <summary>What the frames without payload mean: settings, credit, resets, PING, GOAWAY. Runs on the connection's reader.</summary>
internal sealed class ControlReceiver(Http2Connection connection, Receiver receiver)
{
    private bool _settingsSeen;
    private bool _settingsAcked;

    /// <summary>Any of the frames that are handled whole.</summary>
    public void Small(FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        var fault = frame.Type switch
        {
            FrameType.Priority => Priority(frame, payload),
            FrameType.RstStream => RstStream(frame, payload),
            FrameType.Settings => Settings(frame, payload),
            FrameType.Ping => Ping(frame, payload),
            _ => WindowUpdate(frame, payload),
        };
        if (fault != Http2ErrorCode.NoError)
        {
            connection.Fail(fault);
        }
    }

    /// <summary>GOAWAY.</summary>
    public void GoAway(int lastStreamId, Http2ErrorCode code)
    {
        foreach (var stream in connection.BeginPeerDrain(lastStreamId))
        {
            stream.Handler.OnReset(Http2ErrorCode.RefusedStream);
        }

        connection.Handler.OnDraining(code);
    }

    private Http2ErrorCode Priority(FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 5)
        {
            return Http2ErrorCode.FrameSizeError;
        }

        if (frame.StreamId == 0)
        {
            return Http2ErrorCode.ProtocolError;
        }

        if ((BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue) == frame.StreamId)
        {
            if (receiver.Find(frame.StreamId) is { } stream)
            {
                Receiver.StreamError(stream, Http2ErrorCode.ProtocolError);
            }
            else
            {
                connection.Control.ResetUnknown(frame.StreamId, Http2ErrorCode.ProtocolError);
            }
        }

        receiver.Overhead(FrameHeader.Size + payload.Length);
        return Http2ErrorCode.NoError;
    }

    private Http2ErrorCode RstStream(FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 4)
        {
            return Http2ErrorCode.FrameSizeError;
        }

        if (frame.StreamId == 0)
        {
            return Http2ErrorCode.ProtocolError;
        }

        // On a stream that is gone, or never was: ignored, as nginx does.
        receiver.Overhead(FrameHeader.Size + payload.Length);
        if (receiver.Find(frame.StreamId) is { } stream && connection.Table.CloseByPeer(stream))
        {
            var code = (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload);
            var calm = connection.IsClient || receiver.Floods.StreamReset();
            stream.Handler.OnReset(code);
            return calm ? Http2ErrorCode.NoError : Http2ErrorCode.EnhanceYourCalm;
        }

        return Http2ErrorCode.NoError;
    }

    private Http2ErrorCode Settings(FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (frame.StreamId != 0)
        {
            return Http2ErrorCode.ProtocolError;
        }

        if (frame.Has(FrameFlags.Ack))
        {
            if (!_settingsAcked && payload.Length == 0)
            {
                _settingsAcked = true;
                connection.NoteSettingsAck();
            }

            return payload.Length == 0 ? Http2ErrorCode.NoError : Http2ErrorCode.FrameSizeError;
        }

        if (payload.Length % Http2Setting.Size != 0)
        {
            return Http2ErrorCode.FrameSizeError;
        }

        receiver.Overhead(2 * FrameHeader.Size + payload.Length);
        var fault = connection.Control.ApplySettings(payload);
        if (fault == Http2ErrorCode.NoError && !_settingsSeen)
        {
            _settingsSeen = true;
            connection.Handler.OnReady();
        }

        return fault;
    }

    private Http2ErrorCode Ping(FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 8)
        {
            return Http2ErrorCode.FrameSizeError;
        }

        if (frame.StreamId != 0)
        {
            return Http2ErrorCode.ProtocolError;
        }

        if (frame.Has(FrameFlags.Ack))
        {
            connection.NotePingAck(payload);
        }
        else if (receiver.Overhead(2 * (FrameHeader.Size + payload.Length)))
        {
            connection.Control.Ping(payload, FrameFlags.Ack);
        }

        return Http2ErrorCode.NoError;
    }

    private Http2ErrorCode WindowUpdate(FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 4)
        {
            return Http2ErrorCode.FrameSizeError;
        }

        receiver.Overhead(FrameHeader.Size + payload.Length);
        var increment = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        if (frame.StreamId == 0)
        {
            return increment == 0 ? Http2ErrorCode.ProtocolError
                : connection.Control.WidenConnection(increment) ? Http2ErrorCode.NoError
                : Http2ErrorCode.FlowControlError;
        }

        if (receiver.Find(frame.StreamId) is { } stream)
        {
            if (increment == 0)
            {
                Receiver.StreamError(stream, Http2ErrorCode.ProtocolError);
            }
            else if (!connection.Control.WidenStream(stream, increment))
            {
                Receiver.StreamError(stream, Http2ErrorCode.FlowControlError);
            }
        }

        return Http2ErrorCode.NoError;
    }
}
