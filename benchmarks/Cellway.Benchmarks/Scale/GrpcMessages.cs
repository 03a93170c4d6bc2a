using System.Buffers.Binary;
using Google.Protobuf;

namespace Cellway.Benchmarks.Scale;

/// <summary>gRPC messages out of pieces of a body: most come whole and are not copied.</summary>
internal struct GrpcMessages
{
    private const int Prefix = 5;

    private byte[] _part;
    private int _length;

    public static byte[] Frame(IMessage message)
    {
        var frame = new byte[Prefix + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - Prefix);
        message.WriteTo(frame.AsSpan(Prefix));
        return frame;
    }

    public void Read(ReadOnlySpan<byte> data, Action<ReadOnlySpan<byte>> take)
    {
        if (_length > 0)
        {
            Keep(data);
            data = _part.AsSpan(0, _length);
        }

        var kept = _length > 0;
        while (data.Length >= Prefix && BinaryPrimitives.ReadInt32BigEndian(data[1..]) is var length && data.Length >= Prefix + length)
        {
            take(data.Slice(Prefix, length));
            data = data[(Prefix + length)..];
        }

        if (kept)
        {
            data.CopyTo(_part);
            _length = data.Length;
            _part = _length == 0 ? [] : _part;
        }
        else if (data.Length > 0)
        {
            Keep(data);
        }
    }

    private void Keep(ReadOnlySpan<byte> data)
    {
        if ((_part?.Length ?? 0) < _length + data.Length)
        {
            Array.Resize(ref _part!, Math.Max(1024, (_length + data.Length) * 2));
        }

        data.CopyTo(_part.AsSpan(_length));
        _length += data.Length;
    }
}
