using System.Text;

namespace Cellway.DataPlane.Http2.Hpack;

/// <summary>The header fields of one decoded block, in the order received. Reused from block to block: copy out what must stay.</summary>
/// <remarks>Only valid inside the callback it was handed to. Looking up a field allocates nothing.</remarks>
internal sealed class HeaderList
{
    private readonly record struct Field(int Start, int NameLength, int ValueLength);

    private readonly List<Field> _fields = new(12);
    private byte[] _bytes = [];
    private int _end;

    /// <summary>The number of fields kept.</summary>
    public int Count => _fields.Count;

    /// <summary>The sum of names, values and 32 bytes per field (RFC 9113 section 6.5.2), dropped fields included.</summary>
    public int Size { get; private set; }

    /// <summary>The list exceeded the limit; the fields beyond it were decoded, for the table's sake, and dropped.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>The name at <paramref name="index"/>.</summary>
    public ReadOnlySpan<byte> Name(int index) => _bytes.AsSpan(_fields[index].Start, _fields[index].NameLength);

    /// <summary>The value at <paramref name="index"/>.</summary>
    public ReadOnlySpan<byte> Value(int index) =>
        _bytes.AsSpan(_fields[index].Start + _fields[index].NameLength, _fields[index].ValueLength);

    /// <summary>The first value with this lower-case name; false when there is none.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < _fields.Count; i++)
        {
            if (Name(i).SequenceEqual(name))
            {
                value = Value(i);
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The first value with this lower-case name, or empty.</summary>
    public ReadOnlySpan<byte> this[ReadOnlySpan<byte> name] => TryGet(name, out var value) ? value : default;

    /// <summary>The first value as text (Latin-1, as HTTP defines it), or null.</summary>
    public string? GetString(ReadOnlySpan<byte> name) => TryGet(name, out var value) ? Encoding.Latin1.GetString(value) : null;

    internal void Clear(int keepBytes)
    {
        _fields.Clear();
        _end = 0;
        Size = 0;
        IsTruncated = false;
        if (_bytes.Length > keepBytes)
        {
            _bytes = [];
        }
    }

    /// <summary>Room for <paramref name="length"/> more bytes at <see cref="Tail"/>.</summary>
    internal void Reserve(int length)
    {
        if (_end + length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(512, Math.Max(_bytes.Length * 2, _end + length)));
        }
    }

    internal int End => _end;

    internal Span<byte> Tail(int offset) => _bytes.AsSpan(_end + offset);

    internal ReadOnlySpan<byte> Pending(int offset, int length) => _bytes.AsSpan(_end + offset, length);

    /// <summary>Accepts the name and value that were written at the tail, unless that passes <paramref name="limit"/>.</summary>
    internal void Commit(int nameLength, int valueLength, int limit)
    {
        // Saturating: a block is bounded far below, but indexed fields multiply.
        Size = (int)Math.Min(int.MaxValue, (long)Size + nameLength + valueLength + DynamicTable.EntryOverhead);
        if (Size > limit)
        {
            IsTruncated = true;
            return;
        }

        _fields.Add(new(_end, nameLength, valueLength));
        _end += nameLength + valueLength;
    }
}
