using System.Buffers.Binary;

namespace Cellway.Http2Bench;

/// <summary>The gRPC message of a tunnel, as far as a load test needs it.</summary>
internal struct Hunk
{
    private enum At { Prefix, Tag, Length, Data }

    private At _at;
    private int _seen;
    private uint _message;
    private ulong _data;

    public static int WriteHead(Span<byte> head, int length)
    {
        var varint = length < 128 ? 1 : length < 16_384 ? 2 : length < 2_097_152 ? 3 : 4;
        head[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], 1 + varint + length);
        head[5] = 0x0A;
        var at = 6;
        for (; length >= 0x80; length >>= 7)
        {
            head[at++] = (byte)(length | 0x80);
        }

        head[at++] = (byte)length;
        return at;
    }

    public bool Next(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> payload)
    {
        while (bytes.Length > 0)
        {
            if (_at == At.Data)
            {
                var count = (int)Math.Min((ulong)bytes.Length, _data);
                payload = bytes[..count];
                bytes = bytes[count..];
                _data -= (ulong)count;
                _at = _data == 0 ? At.Prefix : At.Data;
                return true;
            }

            var b = bytes[0];
            bytes = bytes[1..];
            switch (_at)
            {
                case At.Prefix:
                    _message = _seen == 0 ? 0 : (_message << 8) | b;
                    if (++_seen == 5)
                    {
                        _seen = 0;
                        _at = _message > 0 ? At.Tag : At.Prefix;
                    }

                    break;
                case At.Tag:
                    _at = At.Length;
                    _data = 0;
                    break;
                default:
                    _data |= (ulong)(b & 0x7F) << (7 * _seen++);
                    if ((b & 0x80) == 0)
                    {
                        _seen = 0;
                        _at = At.Data;
                    }

                    break;
            }
        }

        payload = default;
        return false;
    }
}
