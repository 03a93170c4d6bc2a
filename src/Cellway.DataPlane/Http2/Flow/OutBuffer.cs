using System.Buffers;
using Cellway.DataPlane.Http2.Frames;

namespace Cellway.DataPlane.Http2.Flow;

/// <summary>Frames waiting for the next write, in one piece of memory. A connection has two: one fills while the other is written.</summary>
/// <remarks>
/// The first bytes are kept free for urgent frames (PING ACK, WINDOW_UPDATE), which so get ahead of all data in the same
/// write. Guarded by the connection's gate while it fills, owned by the writer afterwards.
/// </remarks>
internal sealed class OutBuffer
{
    private const int UrgentRoom = 512;
    private const int MinSize = 4096;

    private byte[]? _bytes;
    private int _end = UrgentRoom;
    private int _urgent;
    private int _sizeHint = MinSize;
    private Http2Stream? _lastStream;
    private int _lastFrame;

    /// <summary>What was framed as payload: stream and bytes, for <see cref="StreamHandler.OnSent"/>.</summary>
    public List<(Http2Stream Stream, int Bytes)> Sent { get; } = [];

    /// <summary>Bytes waiting.</summary>
    public int Length => _end - UrgentRoom + _urgent;

    /// <summary>Bytes of frames other than DATA.</summary>
    public int ControlLength { get; private set; }

    /// <summary>Appends a frame and returns its payload to be written.</summary>
    public Span<byte> Frame(FrameType type, FrameFlags flags, int streamId, int length)
    {
        _lastStream = null;
        ControlLength += FrameHeader.Size + length;
        return Append(type, flags, streamId, length);
    }

    /// <summary>A frame that goes before everything else in the write, if there is room there; returns its payload.</summary>
    public Span<byte> Urgent(FrameType type, FrameFlags flags, int streamId, int length)
    {
        var size = FrameHeader.Size + length;
        if (_urgent + size > UrgentRoom)
        {
            return Frame(type, flags, streamId, length);
        }

        Reserve(0);
        ControlLength += size;
        var frame = _bytes.AsSpan(_urgent, size);
        FrameHeader.Write(frame, length, type, flags, streamId);
        _urgent += size;
        return frame[FrameHeader.Size..];
    }

    /// <summary>Appends bytes that are no frame: the client preface.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Appends payload, extending the stream's last frame if that is still at the end.</summary>
    public void Data(Http2Stream stream, ReadOnlySpan<byte> data, int maxFrame)
    {
        Note(stream, data.Length);
        if (ReferenceEquals(_lastStream, stream))
        {
            var length = _end - _lastFrame - FrameHeader.Size;
            var more = Math.Min(maxFrame - length, data.Length);
            if (more > 0)
            {
                Reserve(more);
                data[..more].CopyTo(_bytes.AsSpan(_end));
                _end += more;
                FrameHeader.Write(_bytes.AsSpan(_lastFrame), length + more, FrameType.Data, FrameFlags.None, stream.Id);
                data = data[more..];
            }
        }

        while (data.Length > 0)
        {
            var count = Math.Min(maxFrame, data.Length);
            _lastFrame = _end;
            _lastStream = stream;
            data[..count].CopyTo(Append(FrameType.Data, FrameFlags.None, stream.Id, count));
            data = data[count..];
        }
    }

    /// <summary>Sets END_STREAM on the stream's last frame if that is still at the end.</summary>
    public bool TryEndLast(Http2Stream stream)
    {
        if (!ReferenceEquals(_lastStream, stream))
        {
            return false;
        }

        _bytes![_lastFrame + 4] |= (byte)FrameFlags.EndStream;
        _lastStream = null;
        return true;
    }

    /// <summary>Everything, ready to be written. Nothing may be appended before <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Seal()
    {
        // Urgent frames move up against the others: at most a few hundred bytes.
        var start = UrgentRoom - _urgent;
        _bytes.AsSpan(0, _urgent).CopyTo(_bytes.AsSpan(start));
        return _bytes.AsMemory(start, _end - start);
    }

    /// <summary>Forgets everything and gives the memory back.</summary>
    public void Clear()
    {
        // The next fill is probably like this one: starting at its size spares growing by copying.
        _sizeHint = Math.Max(MinSize, _end);
        if (_bytes is { } bytes)
        {
            _bytes = null;
            ArrayPool<byte>.Shared.Return(bytes);
        }

        _end = UrgentRoom;
        _urgent = 0;
        ControlLength = 0;
        _lastStream = null;
        Sent.Clear();
    }

    private Span<byte> Append(FrameType type, FrameFlags flags, int streamId, int length)
    {
        var size = FrameHeader.Size + length;
        Reserve(size);
        var frame = _bytes.AsSpan(_end, size);
        FrameHeader.Write(frame, length, type, flags, streamId);
        _end += size;
        return frame[FrameHeader.Size..];
    }

    private void Reserve(int length)
    {
        if (_bytes is null)
        {
            _bytes = ArrayPool<byte>.Shared.Rent(Math.Max(_sizeHint, _end + length));
        }
        else if (_end + length > _bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _end + length));
            _bytes.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
    }

    private void Note(Http2Stream stream, int bytes)
    {
        if (Sent.Count > 0 && ReferenceEquals(Sent[^1].Stream, stream))
        {
            Sent[^1] = (stream, Sent[^1].Bytes + bytes);
        }
        else if (bytes > 0)
        {
            Sent.Add((stream, bytes));
        }
    }
}
