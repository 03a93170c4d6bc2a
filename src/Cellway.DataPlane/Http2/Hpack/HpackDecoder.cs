namespace Cellway.DataPlane.Http2.Hpack;

/// <summary>Decodes header blocks, RFC 7541 section 6. One per connection: it owns the dynamic table.</summary>
/// <param name="tableSize">The SETTINGS_HEADER_TABLE_SIZE we announced (4096 when we announced none).</param>
/// <param name="maxStringLength">Longest accepted name or value after decoding, in bytes.</param>
/// <param name="maxListSize">Longest list kept, counted as SETTINGS_MAX_HEADER_LIST_SIZE; more marks it truncated.</param>
internal sealed class HpackDecoder(int tableSize, int maxStringLength, int maxListSize)
{
    private readonly DynamicTable _table = new(tableSize);

    /// <summary>Decodes one complete block into <paramref name="headers"/>, appending.</summary>
    public HpackFault Decode(ReadOnlySpan<byte> block, HeaderList headers)
    {
        var position = 0;
        var fieldSeen = false;
        while (position < block.Length)
        {
            var first = block[position];
            HpackFault fault;
            if ((first & 0x80) != 0)
            {
                fault = Indexed(block, ref position, headers);
            }
            else if ((first & 0xC0) == 0x40)
            {
                fault = Literal(block, ref position, 6, add: true, headers);
            }
            else if ((first & 0xE0) == 0x20)
            {
                // Size updates may only open a block, and at most two make sense (RFC 7541 section 4.2).
                var valid = !fieldSeen && HpackInteger.TryRead(block, ref position, 5, out var size) && _table.TryResize(size);
                if (!valid)
                {
                    return HpackFault.Malformed;
                }

                continue;
            }
            else
            {
                fault = Literal(block, ref position, 4, add: false, headers);
            }

            if (fault != HpackFault.None)
            {
                return fault;
            }

            fieldSeen = true;
        }

        return HpackFault.None;
    }

    private HpackFault Indexed(ReadOnlySpan<byte> block, ref int position, HeaderList headers)
    {
        if (!HpackInteger.TryRead(block, ref position, 7, out var index) || !TryLookUp(index, out var name, out var value))
        {
            return HpackFault.Malformed;
        }

        headers.Reserve(name.Length + value.Length);
        name.CopyTo(headers.Tail(0));
        value.CopyTo(headers.Tail(name.Length));
        headers.Commit(name.Length, value.Length, maxListSize);
        return HpackFault.None;
    }

    private HpackFault Literal(ReadOnlySpan<byte> block, ref int position, int prefixBits, bool add, HeaderList headers)
    {
        if (!HpackInteger.TryRead(block, ref position, prefixBits, out var index))
        {
            return HpackFault.Malformed;
        }

        HpackFault fault;
        int nameLength;
        if (index == 0)
        {
            fault = ReadString(block, ref position, headers, 0, out nameLength);
            if (fault != HpackFault.None)
            {
                return fault;
            }
        }
        else
        {
            if (!TryLookUp(index, out var name, out _))
            {
                return HpackFault.Malformed;
            }

            headers.Reserve(name.Length);
            name.CopyTo(headers.Tail(0));
            nameLength = name.Length;
        }

        fault = ReadString(block, ref position, headers, nameLength, out var valueLength);
        if (fault != HpackFault.None)
        {
            return fault;
        }

        if (add)
        {
            _table.Add(headers.Pending(0, nameLength), headers.Pending(nameLength, valueLength));
        }

        headers.Commit(nameLength, valueLength, maxListSize);
        return HpackFault.None;
    }

    private HpackFault ReadString(ReadOnlySpan<byte> block, ref int position, HeaderList headers, int offset, out int length)
    {
        length = 0;
        var huffman = position < block.Length && (block[position] & 0x80) != 0;
        if (!HpackInteger.TryRead(block, ref position, 7, out var encoded) || encoded > block.Length - position)
        {
            return HpackFault.Malformed;
        }

        var source = block.Slice(position, encoded);
        position += encoded;
        if (!huffman)
        {
            if (encoded > maxStringLength)
            {
                return HpackFault.StringTooLong;
            }

            headers.Reserve(offset + encoded);
            source.CopyTo(headers.Tail(offset));
            length = encoded;
            return HpackFault.None;
        }

        headers.Reserve(offset + HuffmanDecoder.GetMaxLength(encoded));
        length = HuffmanDecoder.Decode(source, headers.Tail(offset));
        return length < 0 ? HpackFault.Malformed
            : length > maxStringLength ? HpackFault.StringTooLong
            : HpackFault.None;
    }

    private bool TryLookUp(int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        if (index is >= 1 and <= StaticTable.Count)
        {
            name = StaticTable.Name(index);
            value = StaticTable.Value(index);
            return true;
        }

        var dynamic = index - StaticTable.Count - 1;
        if (dynamic < 0 || dynamic >= _table.Count)
        {
            return false;
        }

        _table.Get(dynamic, out name, out value);
        return true;
    }
}
