using System.Buffers.Binary;
using Cellway.State.Etcd.Wire;
using Google.Protobuf;

namespace Cellway.State.Etcd;

/// <summary>How far the next range of a scan should reach.</summary>
/// <remarks>
/// For a page of a range etcd 3.4 looks at every key of the range, so a page of millions takes it seconds: a range has to end soon after its page does.
/// Where that is can be guessed, because ids and hashes are spread evenly; a wrong guess costs a request.
/// </remarks>
internal static class EtcdReach
{
    private const int Digits = 7; // bytes that differ; a guess needs no more, and they fit a long
    private const int Pages = 2; // so that most pages are full

    /// <param name="page">What has come; not the last.</param>
    /// <param name="stop">Where its range ended.</param>
    /// <param name="end">Where the scan ends.</param>
    /// <param name="limit">How many keys the next page may have.</param>
    /// <returns>The next range: its first key, and the one that it ends before.</returns>
    public static (ByteString From, ByteString Stop) Next(RangeResponse page, ByteString stop, ByteString end, long limit)
    {
        var from = page.More ? ByteString.CopyFrom([.. page.Kvs[^1].Key.Span, 0]) : stop;
        var reach = page.Kvs.Count > limit / (Pages * Pages) ? Guess(page, limit) : [];
        if (reach.AsSpan().SequenceCompareTo(from.Span) <= 0)
        {
            reach = Wider(from.Span);
        }

        return (from, reach.AsSpan().SequenceCompareTo(end.Span) < 0 ? ByteString.CopyFrom(reach) : end);
    }

    private static byte[] Guess(RangeResponse page, long limit)
    {
        var first = page.Kvs[0].Key.Span;
        var last = page.Kvs[^1].Key.Span;
        var shared = last[..first.CommonPrefixLength(last)];
        var (a, b) = (Number(first[shared.Length..]), Number(last[shared.Length..]));
        var reach = b + ((Int128)(b - a) * Pages * limit / page.Kvs.Count);
        if (reach >= 1L << (8 * Digits))
        {
            return Wider([.. shared, 0]);
        }

        Span<byte> digits = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(digits, (long)reach);
        return [.. shared, .. digits[^Digits..]];
    }

    private static long Number(ReadOnlySpan<byte> text)
    {
        Span<byte> digits = stackalloc byte[sizeof(long)];
        digits.Clear();
        text[..Math.Min(text.Length, Digits)].CopyTo(digits[^Digits..]);
        return BinaryPrimitives.ReadInt64BigEndian(digits);
    }

    /// <summary>The first key after all that begin like this one without its last byte.</summary>
    private static byte[] Wider(ReadOnlySpan<byte> key)
    {
        for (var length = key.Length - 1; length > 0; length--)
        {
            if (key[length - 1] < byte.MaxValue)
            {
                return [.. key[..(length - 1)], (byte)(key[length - 1] + 1)];
            }
        }

        return [byte.MaxValue];
    }
}
