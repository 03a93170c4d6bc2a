using System.Buffers.Binary;
using Cellway.DataPlane.Http2.Frames;

namespace Cellway.DataPlane.Http2;

/// <summary>Cuts the bytes of a connection into frames and checks what can be checked without knowing the streams.</summary>
/// <remarks>
/// DATA, header blocks and skipped frames are taken piece by piece, whatever their length (we announce nginx's 16 MB); the
/// small frames wait until they are whole. Where RFC 9113 leaves a choice, or nginx differs from it harmlessly, nginx is followed.
/// </remarks>
internal sealed class FrameParser(Http2Connection connection, Receiver receiver, ControlReceiver control, bool expectPreface)
{
    private const int MaxSmallFrame = FrameHeader.DefaultMaxLength;

    private enum Stage
    {
        Preface,
        PrefaceRest,
        Header,
        Data,
        Block,
        Skip,
    }

    private Stage _stage = expectPreface ? Stage.Preface : Stage.Header;
    private FrameHeader _frame;
    private int _left; // of the frame's data or block fragment
    private int _padding; // to skip behind that
    private Http2Stream? _stream;

    private bool _blockOpen; // HEADERS seen, END_HEADERS not yet
    private bool _blockEndsStream;
    private bool _blockRefused; // decode for the table's sake, then drop
    private int _blockStream;
    private int _continuations;
    private HeaderBlockBuffer _block;

    /// <summary>Whether the preface is still incomplete, and whether the peer began it.</summary>
    public bool InPreface => _stage is Stage.Preface or Stage.PrefaceRest;

    /// <summary>The stream whose header block is incomplete, or 0.</summary>
    public int OpenBlock => _blockOpen ? _blockStream : 0;

    /// <summary>Parses as much as there is.</summary>
    /// <returns>The bytes consumed; the rest must come again, with more behind it.</returns>
    public int Parse(ReadOnlySpan<byte> bytes)
    {
        var position = 0;
        while (!connection.IsFinishing)
        {
            var rest = bytes[position..];
            var used = _stage switch
            {
                Stage.Preface => ExpectPreface(rest, Preface.Bytes[..Preface.FirstPart], Stage.PrefaceRest),
                Stage.PrefaceRest => ExpectPreface(rest, Preface.Bytes[Preface.FirstPart..], Stage.Header),
                Stage.Header => BeginFrame(rest),
                Stage.Data => ContinueData(rest),
                Stage.Block => ContinueBlock(rest),
                _ => Skip(rest),
            };
            if (used < 0)
            {
                break;
            }

            position += used;
        }

        return position;
    }

    /// <summary>Gives the memory of an unfinished block back.</summary>
    public void Release() => _block.Release();

    private int ExpectPreface(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> expected, Stage next)
    {
        if (bytes.Length < expected.Length)
        {
            return -1;
        }

        if (!bytes.StartsWith(expected))
        {
            connection.Fail(Http2ErrorCode.ProtocolError);
            return -1;
        }

        _stage = next;
        return expected.Length;
    }

    private int BeginFrame(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FrameHeader.Size)
        {
            return -1;
        }

        _frame = FrameHeader.Read(bytes);
        if (_frame.Length > connection.Local.MaxFrameSize)
        {
            return Fail(Http2ErrorCode.FrameSizeError);
        }

        if (_blockOpen && (_frame.Type != FrameType.Continuation || _frame.StreamId != _blockStream))
        {
            return Fail(Http2ErrorCode.ProtocolError);
        }

        return _frame.Type switch
        {
            FrameType.Data => BeginData(bytes),
            FrameType.Headers => BeginHeaders(bytes),
            FrameType.Continuation => BeginContinuation(),
            FrameType.PushPromise => Fail(Http2ErrorCode.ProtocolError),
            FrameType.Priority or FrameType.RstStream or FrameType.Settings or FrameType.Ping or FrameType.WindowUpdate => Small(bytes),
            FrameType.GoAway => GoAway(bytes),
            _ => BeginSkip(_frame.Length, _frame.Length),
        };
    }

    private int Fail(Http2ErrorCode code)
    {
        connection.Fail(code);
        return -1;
    }

    private int Small(ReadOnlySpan<byte> bytes)
    {
        if (_frame.Length > MaxSmallFrame)
        {
            return Fail(Http2ErrorCode.EnhanceYourCalm);
        }

        var size = FrameHeader.Size + _frame.Length;
        if (bytes.Length < size)
        {
            return -1;
        }

        control.Small(_frame, bytes[FrameHeader.Size..size]);
        return size;
    }

    private int GoAway(ReadOnlySpan<byte> bytes)
    {
        if (_frame.Length < 8)
        {
            return Fail(Http2ErrorCode.FrameSizeError);
        }

        if (bytes.Length < FrameHeader.Size + 8)
        {
            return -1;
        }

        var payload = bytes[FrameHeader.Size..];
        control.GoAway(
            BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue,
            (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload[4..]));
        return BeginSkip(_frame.Length - 8, _frame.Length) + 8;
    }

    /// <summary>How many bytes lead the payload proper; negative when they are not here yet or the frame is too short for them.</summary>
    private int Lead(ReadOnlySpan<byte> bytes, int lead, out int padding)
    {
        padding = 0;
        if (_frame.Length < lead)
        {
            return Fail(Http2ErrorCode.FrameSizeError);
        }

        if (bytes.Length < FrameHeader.Size + lead)
        {
            return -1;
        }

        padding = _frame.Has(FrameFlags.Padded) ? bytes[FrameHeader.Size] : 0;

        // RFC 9113 says PROTOCOL_ERROR; nginx says FRAME_SIZE_ERROR, and so do we.
        return padding > _frame.Length - lead ? Fail(Http2ErrorCode.FrameSizeError) : lead;
    }

    private int BeginData(ReadOnlySpan<byte> bytes)
    {
        var lead = Lead(bytes, _frame.Has(FrameFlags.Padded) ? 1 : 0, out _padding);
        if (lead < 0)
        {
            return -1;
        }

        _left = _frame.Length - lead - _padding;
        _stream = receiver.BeginData(_frame, _frame.Length - _left);
        _stage = Stage.Data;
        return FrameHeader.Size + lead;
    }

    private int ContinueData(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(_left, bytes.Length);
        if (count > 0)
        {
            receiver.Data(_stream, bytes[..count]);
            _left -= count;
        }

        if (_left > 0)
        {
            return count > 0 ? count : -1;
        }

        if (_frame.Has(FrameFlags.EndStream) && _stream is not null)
        {
            receiver.End(_stream);
        }

        _stream = null;
        _left = _padding;
        _stage = Stage.Skip;
        return count;
    }

    private int BeginHeaders(ReadOnlySpan<byte> bytes)
    {
        var priority = _frame.Has(FrameFlags.Priority) ? 5 : 0;
        var padded = _frame.Has(FrameFlags.Padded) ? 1 : 0;
        var lead = Lead(bytes, padded + priority, out _padding);
        if (lead < 0)
        {
            return -1;
        }

        var dependency = priority == 0 ? 0 : BinaryPrimitives.ReadInt32BigEndian(bytes[(FrameHeader.Size + padded)..]) & int.MaxValue;
        if (!receiver.BeginHeaders(_frame.StreamId, dependency, out _blockRefused))
        {
            return -1;
        }

        _blockOpen = true;
        _blockStream = _frame.StreamId;
        _blockEndsStream = _frame.Has(FrameFlags.EndStream);
        _continuations = 0;
        _left = _frame.Length - lead - _padding;
        _stage = Stage.Block;
        return FrameHeader.Size + lead;
    }

    private int BeginContinuation()
    {
        if (!_blockOpen)
        {
            return Fail(Http2ErrorCode.ProtocolError);
        }

        if (++_continuations > connection.Options.MaxContinuations)
        {
            return Fail(Http2ErrorCode.EnhanceYourCalm);
        }

        _padding = 0;
        _left = _frame.Length;
        _stage = Stage.Block;
        return FrameHeader.Size;
    }

    private int ContinueBlock(ReadOnlySpan<byte> bytes)
    {
        if (_block.Length + _left > connection.Options.MaxHeaderBlock)
        {
            return Fail(Http2ErrorCode.EnhanceYourCalm);
        }

        var count = Math.Min(_left, bytes.Length);
        var complete = count == _left && _frame.Has(FrameFlags.EndHeaders);
        if (complete && _block.Length == 0)
        {
            // The usual case: the whole block lies in the read buffer.
            EndBlock(bytes[..count]);
        }
        else
        {
            _block.Add(bytes[..count]);
            if (complete)
            {
                EndBlock(_block.Bytes);
                _block.Release();
            }
        }

        _left -= count;
        if (_left > 0)
        {
            return count > 0 ? count : -1;
        }

        _left = _padding;
        _stage = Stage.Skip;
        return count;
    }

    private void EndBlock(ReadOnlySpan<byte> block)
    {
        _blockOpen = false;
        receiver.Headers(_blockStream, block, _blockEndsStream, _blockRefused);
    }

    private int BeginSkip(int left, int length)
    {
        if (!receiver.Overhead(FrameHeader.Size + length))
        {
            return -1;
        }

        _left = left;
        _stage = Stage.Skip;
        return FrameHeader.Size;
    }

    private int Skip(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(_left, bytes.Length);
        _left -= count;
        if (_left == 0)
        {
            _stage = Stage.Header;
        }

        return count > 0 || _left == 0 ? count : -1;
    }
}
