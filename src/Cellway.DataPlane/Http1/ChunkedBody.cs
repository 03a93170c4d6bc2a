using System.Buffers;

namespace Cellway.DataPlane.Http1;

/// <summary>Finds the end of a chunked body whose bytes nobody wants.</summary>
internal struct ChunkedBody
{
    private Step _step;
    private long _size;

    private enum Step : byte
    {
        Start,
        Size,
        Extension,
        SizeEnd,
        Data,
        DataReturn,
        DataEnd,
        Trailer,
        TrailerLine,
        TrailerLineEnd,
        End,
    }

    /// <summary>Goes on.</summary>
    /// <param name="input">The bytes that follow those of the last call.</param>
    /// <param name="consumed">How many of them belong to the body.</param>
    public OperationStatus Read(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        while (consumed < input.Length)
        {
            if (_step == Step.Data)
            {
                var taken = (int)Math.Min(_size, input.Length - consumed);
                consumed += taken;
                _size -= taken;
                _step = _size == 0 ? Step.DataReturn : Step.Data;
                continue;
            }

            var value = input[consumed++];
            if (_step == Step.End)
            {
                return value == '\n' ? OperationStatus.Done : OperationStatus.InvalidData;
            }

            if (_step == Step.Trailer && value == '\n')
            {
                return OperationStatus.Done;
            }

            if (!Take(value))
            {
                return OperationStatus.InvalidData;
            }
        }

        return OperationStatus.NeedMoreData;
    }

    private bool Take(byte value)
    {
        switch (_step)
        {
            case Step.Start:
                return TakeDigit(value);
            case Step.Size when value == '\r':
            case Step.Extension when value == '\r':
                _step = Step.SizeEnd;
                return true;
            case Step.Size when value == '\n':
            case Step.Extension when value == '\n':
            case Step.SizeEnd when value == '\n':
                _step = _size == 0 ? Step.Trailer : Step.Data;
                return true;
            case Step.Size when value is (byte)';' or (byte)' ' or (byte)'\t':
                _step = Step.Extension;
                return true;
            case Step.Size:
                return TakeDigit(value);
            case Step.Extension:
                return true;
            case Step.DataReturn when value == '\r':
                _step = Step.DataEnd;
                return true;
            case Step.DataReturn when value == '\n':
            case Step.DataEnd when value == '\n':
                _step = Step.Start;
                return true;
            case Step.Trailer:
                _step = value == '\r' ? Step.End : Step.TrailerLine;
                return true;
            case Step.TrailerLine:
                _step = value switch { (byte)'\r' => Step.TrailerLineEnd, (byte)'\n' => Step.Trailer, _ => Step.TrailerLine };
                return true;
            case Step.TrailerLineEnd when value == '\n':
                _step = Step.Trailer;
                return true;
            default:
                return false;
        }
    }

    private bool TakeDigit(byte value)
    {
        if (!char.IsAsciiHexDigit((char)value) || _size > long.MaxValue >> 5)
        {
            return false;
        }

        _size = (_step == Step.Start ? 0 : _size << 4) + (uint)HexValue(value);
        _step = Step.Size;
        return true;
    }

    private static int HexValue(byte value) => value <= '9' ? value - '0' : (value | 0x20) - 'a' + 10;
}
