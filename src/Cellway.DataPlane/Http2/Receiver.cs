using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.DataPlane.Http2;

/// <summary>What frames mean: the state of streams, the windows we gave, and the handlers to call. Runs on the connection's reader.</summary>
internal sealed class Receiver(Http2Connection connection)
{
    private readonly Http2Options _options = connection.Options;
    private readonly HpackDecoder _decoder = new(
        (int)Math.Min(65_536, connection.Local.HeaderTableSize), connection.Options.MaxHeaderString, connection.Options.MaxHeaderList);

    private readonly HeaderList _headers = new();
    private readonly List<Http2Stream> _touched = [];
    private long _window = Http2Settings.DefaultWindow + (long)connection.Options.ConnectionWindowIncrement;
    private Http2Stream? _last;

    /// <summary>Floods.</summary>
    public FloodGuard Floods { get; } = new(connection.Options);

    /// <summary>Payload bytes received, for the round trip probe.</summary>
    public long PayloadBytes { get; private set; }

    /// <summary>The end of a turn: tells the streams that got data.</summary>
    public void EndTurn()
    {
        for (var i = 0; i < _touched.Count; i++)
        {
            _touched[i].InBatch = false;
            _touched[i].Handler.OnBatchEnd();
        }

        _touched.Clear();
        _headers.Clear(keepBytes: 1024);
        if (_last is { IsClosed: true })
        {
            _last = null;
        }
    }

    /// <summary>Notes a frame that carries nothing; false when the connection ends for it.</summary>
    public bool Overhead(int length, int payload = 0)
    {
        if (Floods.Frame(length, payload))
        {
            return true;
        }

        // nginx's answer to a flood.
        connection.Fail(Http2ErrorCode.NoError);
        return false;
    }

    /// <summary>A DATA frame begins: takes it from the windows and finds who gets it, or null to skip it.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="padding">How much of it is padding; returned to the sender at once.</param>
    public Http2Stream? BeginData(FrameHeader frame, int padding)
    {
        if (frame.StreamId == 0)
        {
            connection.Fail(Http2ErrorCode.ProtocolError);
            return null;
        }

        if (frame.Length > _window)
        {
            connection.Fail(Http2ErrorCode.FlowControlError);
            return null;
        }

        // The connection's window never holds a stream back: it is refilled on receipt, as nginx does, at a quarter.
        _window -= frame.Length;
        var full = Http2Settings.DefaultWindow + (long)_options.ConnectionWindowIncrement;
        if (_window < full / 4)
        {
            connection.Control.ConnectionCredit((int)(full - _window));
            _window = full;
        }

        if (!Overhead(FrameHeader.Size + frame.Length, frame.Length - padding))
        {
            return null;
        }

        var stream = Find(frame.StreamId);
        if (stream is null)
        {
            // Closed by us, with frames still under way; or never opened, which nginx ignores too.
            if (connection.IsClient && connection.Table.IsIdle(frame.StreamId))
            {
                connection.Fail(Http2ErrorCode.ProtocolError);
            }

            return null;
        }

        var fault = !stream.Receive.TryTake(frame.Length) ? Http2ErrorCode.FlowControlError
            : stream.RemoteEnded ? Http2ErrorCode.StreamClosed
            : !stream.HeadersSeen ? Http2ErrorCode.ProtocolError
            : Http2ErrorCode.NoError;
        if (fault != Http2ErrorCode.NoError)
        {
            StreamError(stream, fault);
            return null;
        }

        if (padding > 0)
        {
            stream.Credit(padding);
        }

        return stream;
    }

    /// <summary>A piece of payload.</summary>
    public void Data(Http2Stream? stream, ReadOnlySpan<byte> data)
    {
        PayloadBytes += data.Length;
        if (stream is null || stream.IsClosed)
        {
            return;
        }

        if (!stream.InBatch)
        {
            stream.InBatch = true;
            _touched.Add(stream);
        }

        stream.Handler.OnData(data);
    }

    /// <summary>END_STREAM.</summary>
    public void End(Http2Stream stream)
    {
        lock (connection.Gate)
        {
            if (stream.IsClosed || stream.RemoteEnded)
            {
                return;
            }

            stream.RemoteEnded = true;
            if (stream.LocalEnded)
            {
                connection.Outgoing.CloseLocked(stream);
            }
        }

        stream.Handler.OnEnd();
    }

    /// <summary>A HEADERS frame begins.</summary>
    /// <param name="streamId">Its stream.</param>
    /// <param name="dependency">The stream it depends on, 0 for none.</param>
    /// <param name="refused">The block must be decoded, for the table's sake, but opens nothing.</param>
    /// <returns>False when the connection ends for it.</returns>
    public bool BeginHeaders(int streamId, int dependency, out bool refused)
    {
        refused = false;
        var known = Find(streamId) is not null;
        if (connection.IsClient)
        {
            refused = !known;
            if (streamId == 0 || connection.Table.IsIdle(streamId))
            {
                connection.Fail(Http2ErrorCode.ProtocolError);
                return false;
            }

            return true;
        }

        if (known && _options.AllowRequestTrailers)
        {
            return true;
        }

        if (!connection.Table.TryBegin(streamId))
        {
            connection.Fail(Http2ErrorCode.ProtocolError);
            return false;
        }

        if (!Floods.StreamOpened(connection.Local.MaxConcurrentStreams))
        {
            connection.Fail(Http2ErrorCode.EnhanceYourCalm);
            return false;
        }

        var fault = dependency == streamId ? Http2ErrorCode.ProtocolError : connection.Table.Admit(streamId);
        if (fault is { } code)
        {
            refused = true;
            if (code != Http2ErrorCode.NoError)
            {
                connection.Control.ResetUnknown(streamId, code);
            }
        }

        return true;
    }

    /// <summary>A complete header block.</summary>
    public void Headers(int streamId, ReadOnlySpan<byte> block, bool endStream, bool refused)
    {
        _headers.Clear(keepBytes: int.MaxValue);
        var fault = _decoder.Decode(block, _headers);
        if (fault != HpackFault.None)
        {
            connection.Fail(fault == HpackFault.Malformed ? Http2ErrorCode.CompressionError : Http2ErrorCode.EnhanceYourCalm);
            return;
        }

        if (!Overhead(FrameHeader.Size + block.Length, block.Length) || refused)
        {
            return;
        }

        var stream = Find(streamId);
        if (!HeaderRules.AreValid(_headers))
        {
            if (stream is null)
            {
                connection.Control.ResetUnknown(streamId, Http2ErrorCode.ProtocolError);
            }
            else
            {
                StreamError(stream, Http2ErrorCode.ProtocolError);
            }

            return;
        }

        if (stream is null)
        {
            stream = connection.Table.Accept(streamId, _headers);
            if (stream is null)
            {
                return;
            }
        }
        else if (stream.HeadersSeen && (!endStream || stream.RemoteEnded))
        {
            StreamError(stream, Http2ErrorCode.ProtocolError);
            return;
        }
        else if (connection.IsClient && !endStream && HeaderRules.IsInformational(_headers))
        {
            return;
        }

        stream.HeadersSeen = true;
        _last = stream;
        stream.Handler.OnHeaders(_headers, endStream);
        if (endStream)
        {
            End(stream);
        }
    }

    /// <summary>Resets a stream and tells its handler.</summary>
    public static void StreamError(Http2Stream stream, Http2ErrorCode code)
    {
        stream.Reset(code);
        stream.Handler.OnReset(code);
    }

    /// <summary>An open stream, or null. The last one found is found without the gate.</summary>
    public Http2Stream? Find(int streamId)
    {
        if (_last is { IsClosed: false } last && last.Id == streamId)
        {
            return last;
        }

        return connection.Table.Find(streamId) is { } stream ? _last = stream : null;
    }
}
