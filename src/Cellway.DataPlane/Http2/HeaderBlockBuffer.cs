using System.Buffers;

namespace Cellway.DataPlane.Http2;

/// <summary>Fragments of a header block until it is complete. Holds pooled memory only meanwhile.</summary>
internal struct HeaderBlockBuffer
{
    private byte[]? _bytes;

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>The fragments in one piece.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>Appends a fragment.</summary>
    public void Add(ReadOnlySpan<byte> fragment)
    {
        if (fragment.Length > (_bytes?.Length ?? 0) - Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2048, (Length + fragment.Length) * 2));
            Bytes.CopyTo(larger);
            if (_bytes is not null)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
            }

            _bytes = larger;
        }

        fragment.CopyTo(_bytes.AsSpan(Length));
        Length += fragment.Length;
    }

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        if (_bytes is { } bytes)
        {
            _bytes = null;
            ArrayPool<byte>.Shared.Return(bytes);
        }

        Length = 0;
    }
}
