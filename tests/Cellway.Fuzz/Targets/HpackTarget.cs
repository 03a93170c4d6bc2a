using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.Fuzz.Targets;

internal static class HpackTarget
{
    private const int MaxString = 512;
    private const int MaxList = 2048;
    private const int TableSize = 256; // small, so that entries are evicted

    public static void Check(byte[] input)
    {
        CheckHuffman(input);
        HpackDecoder decoder = new(TableSize, MaxString, MaxList), twin = new(TableSize, MaxString, MaxList);

        // A connection's blocks, one after the other: a byte of length, then the block.
        for (var rest = input.AsSpan(); rest.Length > 1;)
        {
            var length = Math.Min(rest[0] == 255 ? rest.Length : rest[0], rest.Length - 1);
            if (!CheckBlock(decoder, twin, rest.Slice(1, length)))
            {
                return;
            }

            rest = rest[(1 + length)..];
        }
    }

    private static bool CheckBlock(HpackDecoder decoder, HpackDecoder twin, ReadOnlySpan<byte> block)
    {
        HeaderList list = new(), same = new();
        same.Reserve(1 << 16); // another memory, the same result
        var fault = decoder.Decode(block, list);
        FuzzException.ThrowUnless(fault == twin.Decode(block, same) && Same(list, same), "the same block decodes differently");
        var kept = 0;
        HpackWriter writer = new();
        for (var i = 0; i < list.Count; i++)
        {
            FuzzException.ThrowUnless(list.Name(i).Length <= MaxString && list.Value(i).Length <= MaxString, "a string above the limit");
            kept += list.Name(i).Length + list.Value(i).Length + DynamicTable.EntryOverhead;
            writer.Add(list.Name(i), list.Value(i));
        }

        FuzzException.ThrowUnless(kept <= MaxList && kept <= list.Size, "a list above the limit");
        FuzzException.ThrowUnless(list.IsTruncated == list.Size > MaxList, "fields dropped without a mark, or the other way round");
        HeaderList again = new();
        FuzzException.ThrowUnless(
            new HpackDecoder(0, MaxString, MaxList).Decode(writer.Written, again) == HpackFault.None && Same(list, again),
            "what was read is written as something else");
        return fault == HpackFault.None;
    }

    private static void CheckHuffman(ReadOnlySpan<byte> input)
    {
        var text = new byte[HuffmanDecoder.GetMaxLength(input.Length)];
        var length = HuffmanDecoder.Decode(input, text);
        if (length >= 0)
        {
            var encoded = new byte[HuffmanEncoder.GetLength(text.AsSpan(0, length))];
            var written = HuffmanEncoder.Encode(text.AsSpan(0, length), encoded);
            FuzzException.ThrowUnless(encoded.AsSpan(0, written).SequenceEqual(input), "a text has more than one code");
        }

        var code = new byte[HuffmanEncoder.GetLength(input)];
        FuzzException.ThrowUnless(HuffmanEncoder.Encode(input, code) == code.Length, "a code of another length than announced");
        var back = new byte[HuffmanDecoder.GetMaxLength(code.Length)];
        FuzzException.ThrowUnless(back.AsSpan(0, Math.Max(0, HuffmanDecoder.Decode(code, back))).SequenceEqual(input), "a code reads as another text");
    }

    private static bool Same(HeaderList a, HeaderList b)
    {
        var same = a.Count == b.Count;
        for (var i = 0; same && i < a.Count; i++)
        {
            same = a.Name(i).SequenceEqual(b.Name(i)) && a.Value(i).SequenceEqual(b.Value(i));
        }

        return same;
    }
}
