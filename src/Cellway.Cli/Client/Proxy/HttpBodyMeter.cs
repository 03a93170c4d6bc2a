namespace Cellway.Cli.Client.Proxy;

/// <summary>Finds the end of a body in the bytes that pass by, without changing them.</summary>
/// <remarks>What follows the body is another request, which must not reach this one's server.</remarks>
internal struct HttpBodyMeter(HttpBodyLength length)
{
    private const long MaxChunk = long.MaxValue >> 5;

    private readonly bool _isChunked = length.IsChunked;
    private Expect _expect = length.IsChunked ? Expect.Size : Expect.Data;
    private long _remaining = length.Bytes;
    private int _digits;
    private bool _lineIsEmpty;

    /// <summary>Whether the body has ended.</summary>
    public readonly bool IsDone => _isChunked ? _expect is Expect.End : _remaining == 0;

    /// <summary>How many of the bytes belong to the body.</summary>
    /// <returns>-1 when they are not chunks.</returns>
    public int Count(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && !IsDone)
        {
            if (_expect is Expect.Data)
            {
                var taken = (int)Math.Min(_remaining, bytes.Length - at);
                _remaining -= taken;
                at += taken;
                if (_isChunked && _remaining == 0)
                {
                    _expect = Expect.DataCr;
                }
            }
            else if (!Step(bytes[at++]))
            {
                return -1;
            }
        }

        return at;
    }

    private bool Step(byte b)
    {
        switch (_expect)
        {
            case Expect.Size when char.IsAsciiHexDigit((char)b):
                _remaining = (_remaining << 4) | (uint)Convert.ToInt32(((char)b).ToString(), 16);
                _digits++;
                return _remaining <= MaxChunk;
            case Expect.Size when _digits > 0 && b is (byte)';' or (byte)' ' or (byte)'\t':
                _expect = Expect.Extension;
                return _digits > 0;
            case Expect.Size or Expect.Extension when b == '\r':
                _expect = Expect.SizeLf;
                return _digits > 0;
            case Expect.Extension:
                return b != '\n';
            case Expect.SizeLf when b == '\n':
                _expect = _remaining > 0 ? Expect.Data : Expect.Trailer;
                (_digits, _lineIsEmpty) = (0, true);
                return true;
            case Expect.DataCr when b == '\r':
                _expect = Expect.DataLf;
                return true;
            case Expect.DataLf when b == '\n':
                _expect = Expect.Size;
                return true;
            case Expect.Trailer when b == '\r':
                _expect = Expect.TrailerLf;
                return true;
            case Expect.Trailer:
                _lineIsEmpty = false;
                return b != '\n';
            case Expect.TrailerLf when b == '\n':
                _expect = _lineIsEmpty ? Expect.End : Expect.Trailer;
                _lineIsEmpty = true;
                return true;
            default:
                return false;
        }
    }

    private enum Expect
    {
        Data,
        Size,
        Extension,
        SizeLf,
        DataCr,
        DataLf,
        Trailer,
        TrailerLf,
        End,
    }
}
