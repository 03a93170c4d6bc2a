using System.Buffers;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>What a client has sent before a Core took it, in one pooled array.</summary>
/// <remarks>A mutable struct inside its stream's handler. Bounded by the stream's window, because nothing is credited meanwhile.</remarks>
internal struct KeptBytes
{
    private byte[]? _bytes;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public readonly ReadOnlySequence<byte> Sequence => _bytes is null ? default : new(_bytes, 0, Length);

    public void Add(ReadOnlySpan<byte> data)
    {
        if (_bytes is null || Length + data.Length > _bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(512, (Length + data.Length) * 2));
            Span.CopyTo(larger);
            var length = Length;
            Release();
            (_bytes, Length) = (larger, length);
        }

        data.CopyTo(_bytes.AsSpan(Length));
        Length += data.Length;
    }

    public void Release()
    {
        if (_bytes is { } bytes)
        {
            _bytes = null;
            bytes.AsSpan(0, Length).Clear(); // the id is in it
            Length = 0;
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
