using System.IO.Compression;

namespace Cellway.DataPlane.Cover;

/// <summary>Compresses subscriptions: here and not in management, of which there is less.</summary>
internal static class SubscriptionBody
{
    // Quick, and within a few percent of the best for so little text.
    private const int BrotliQuality = 5;
    private const int BrotliWindow = 18;

    /// <summary>The name of the coding in <c>content-encoding</c>; <see langword="null"/> for none.</summary>
    public static string? NameOf(SubscriptionCoding coding) => coding switch
    {
        SubscriptionCoding.Gzip => "gzip",
        SubscriptionCoding.Brotli => "br",
        _ => null,
    };

    public static ReadOnlyMemory<byte> Encode(SubscriptionCoding coding, ReadOnlyMemory<byte> body) => coding switch
    {
        SubscriptionCoding.Gzip => Gzip(body),
        SubscriptionCoding.Brotli => Brotli(body),
        _ => body,
    };

    private static ReadOnlyMemory<byte> Gzip(ReadOnlyMemory<byte> body)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body.Span);
        }

        return compressed.ToArray();
    }

    private static ReadOnlyMemory<byte> Brotli(ReadOnlyMemory<byte> body)
    {
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(body.Length)];
        return BrotliEncoder.TryCompress(body.Span, compressed, out var length, BrotliQuality, BrotliWindow)
            ? compressed.AsMemory(0, length)
            : throw new InvalidOperationException("Brotli needs more than it says it may.");
    }
}
