using System.Buffers;

namespace Cellway.DataPlane.Tunnel;

/// <summary>Finds the payload in a stream of gRPC <c>Hunk</c> messages, however it is cut (wire.md 2.6).</summary>
/// <remarks>
/// Holds a few counters and no bytes: payload is told as a slice of the caller's own buffer. Field 1 may occur any number of
/// times (so <c>MultiHunk</c> is the same), other fields are skipped.
/// </remarks>
internal struct HunkReader
{
    /// <summary>The largest message accepted: grpc-go's limit.</summary>
    public const int MaxMessage = 4 * 1024 * 1024;

    private const int PrefixLength = 5;
    private const int MaxVarint = 10;

    private Step _step;
    private int _taken; // bytes of the prefix or of the varint seen so far
    private uint _message; // bytes of the message still to come
    private uint _field; // bytes of the field still to come
    private ulong _varint;
    private ulong _tag;

    private enum Step : byte
    {
        Prefix,
        Tag,
        Length,
        SkipVarint,
        Payload,
        Skip,
        Fault,
    }

    /// <summary>Whether the stream may end here: between messages.</summary>
    public readonly bool AtBoundary => _step == Step.Prefix && _taken == 0;

    /// <summary>Whether it has been such a stream so far.</summary>
    public readonly bool IsSound => _step != Step.Fault;

    /// <summary>Goes on to the next piece of payload.</summary>
    /// <param name="input">The bytes that follow those of the last call.</param>
    /// <param name="start">Where the piece begins in <paramref name="input"/>.</param>
    /// <param name="length">Its length, at least 1 when there is one.</param>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>: a piece; go on with what follows it.
    /// <see cref="OperationStatus.NeedMoreData"/>: all of the input is used up.
    /// <see cref="OperationStatus.InvalidData"/>: not such a stream, for good.
    /// </returns>
    public OperationStatus Next(ReadOnlySpan<byte> input, out int start, out int length)
    {
        start = length = 0;
        while (start < input.Length)
        {
            switch (_step)
            {
                case Step.Payload or Step.Skip:
                    var available = (int)Math.Min(_field, (uint)(input.Length - start));
                    var isPayload = _step == Step.Payload;
                    _field -= (uint)available;
                    _message -= (uint)available;
                    if (_field == 0)
                    {
                        EndField();
                    }

                    if (isPayload)
                    {
                        length = available;
                        return OperationStatus.Done;
                    }

                    start += available;
                    break;
                case Step.Fault:
                    return OperationStatus.InvalidData;
                default:
                    if (!TakeByte(input[start++]))
                    {
                        _step = Step.Fault;
                        return OperationStatus.InvalidData;
                    }

                    break;
            }
        }

        return OperationStatus.NeedMoreData;
    }

    private bool TakeByte(byte value)
    {
        if (_step == Step.Prefix)
        {
            return TakePrefix(value);
        }

        _message--;
        _varint |= (ulong)(value & 0x7f) << (7 * _taken++);
        if (value >= 0x80)
        {
            return _taken < MaxVarint && _message > 0;
        }

        var number = _varint;
        _varint = 0;
        _taken = 0;
        switch (_step)
        {
            case Step.Tag:
                return BeginField(number);
            case Step.Length:
                return BeginBytes(number, _tag >> 3 == 1 ? Step.Payload : Step.Skip);
            default:
                EndField();
                return true;
        }
    }

    private bool TakePrefix(byte value)
    {
        if (_taken == 0)
        {
            _message = 0;
            _taken = 1;
            return value == 0; // 1 is a compressed message, which nobody was told that we could read
        }

        _message = (_message << 8) | value;
        if (++_taken < PrefixLength)
        {
            return true;
        }

        EndField();
        return _message <= MaxMessage;
    }

    private bool BeginField(ulong tag)
    {
        _tag = tag;
        if (tag >> 3 is 0 or > 0x1fffffff)
        {
            return false;
        }

        switch (tag & 7)
        {
            case 0:
                _step = Step.SkipVarint;
                return _message > 0;
            case 1:
                return BeginBytes(8, Step.Skip);
            case 2:
                _step = Step.Length;
                return _message > 0;
            case 5:
                return BeginBytes(4, Step.Skip);
            default:
                return false;
        }
    }

    private bool BeginBytes(ulong length, Step step)
    {
        if (length > _message)
        {
            return false;
        }

        _field = (uint)length;
        _step = step;
        if (length == 0)
        {
            EndField();
        }

        return true;
    }

    private void EndField()
    {
        _taken = 0;
        _step = _message == 0 ? Step.Prefix : Step.Tag;
    }
}
