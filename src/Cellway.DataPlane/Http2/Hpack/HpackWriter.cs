using System.Buffers;

namespace Cellway.DataPlane.Http2.Hpack;

/// <summary>Builds a header block. Blocks never refer to the dynamic table, so one block may be kept and sent on any connection.</summary>
/// <remarks>
/// Fields with an exact static entry are one byte. For the rest the caller chooses the form and whether Huffman is used (only
/// where it is shorter), so that a response can be made byte-identical to another server's.
/// </remarks>
internal sealed class HpackWriter(int capacity = 256)
{
    private readonly ArrayBufferWriter<byte> _block = new(capacity);

    /// <summary>The block so far.</summary>
    public ReadOnlySpan<byte> Written => _block.WrittenSpan;

    /// <summary>Starts a new block.</summary>
    public void Clear() => _block.ResetWrittenCount();

    /// <summary>A copy of the block, to keep.</summary>
    public byte[] ToArray() => _block.WrittenSpan.ToArray();

    /// <summary>Adds a field in the shortest stateless form: static index, else literal without indexing, Huffman where shorter.</summary>
    public HpackWriter Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var index = StaticTable.Find(name, value, out var exact);
        if (exact != 0)
        {
            return Indexed(exact);
        }

        return index != 0
            ? Literal(index, value, HpackForm.WithoutIndexing)
            : Literal(name, value, HpackForm.WithoutIndexing);
    }

    /// <summary>Adds a static entry, name and value.</summary>
    public HpackWriter Indexed(int index)
    {
        Integer(0x80, 7, index);
        return this;
    }

    /// <summary>Adds a literal value under a static name.</summary>
    public HpackWriter Literal(int nameIndex, ReadOnlySpan<byte> value, HpackForm form, bool huffman = true)
    {
        Integer((byte)form, form == HpackForm.Incremental ? 6 : 4, nameIndex);
        String(value, huffman);
        return this;
    }

    /// <summary>Adds a literal name and value.</summary>
    public HpackWriter Literal(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, HpackForm form, bool huffman = true)
    {
        Integer((byte)form, form == HpackForm.Incremental ? 6 : 4, 0);
        String(name, huffman);
        String(value, huffman);
        return this;
    }

    /// <summary>Adds bytes that already are HPACK.</summary>
    public HpackWriter Raw(ReadOnlySpan<byte> encoded)
    {
        _block.Write(encoded);
        return this;
    }

    private void String(ReadOnlySpan<byte> text, bool huffman)
    {
        var length = huffman ? HuffmanEncoder.GetLength(text) : int.MaxValue;
        if (length >= text.Length)
        {
            Integer(0, 7, text.Length);
            _block.Write(text);
            return;
        }

        Integer(0x80, 7, length);
        HuffmanEncoder.Encode(text, _block.GetSpan(length));
        _block.Advance(length);
    }

    private void Integer(byte first, int prefixBits, int value) =>
        _block.Advance(HpackInteger.Write(_block.GetSpan(6), first, prefixBits, value));
}
