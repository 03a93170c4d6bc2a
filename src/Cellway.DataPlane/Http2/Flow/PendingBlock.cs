using System.Buffers;

namespace Cellway.DataPlane.Http2.Flow;

/// <summary>A link of <see cref="PendingData"/>. Links are cached per thread, their bytes come from the shared pool.</summary>
internal sealed class PendingBlock
{
    private const int MaxCached = 64;

    [ThreadStatic]
    private static PendingBlock? t_cache;

    [ThreadStatic]
    private static int t_cached;

    /// <summary>The bytes; those from <see cref="Start"/> to <see cref="End"/> wait.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>The first waiting byte.</summary>
    public int Start { get; set; }

    /// <summary>Behind the last waiting byte.</summary>
    public int End { get; set; }

    /// <summary>The next link.</summary>
    public PendingBlock? Next { get; set; }

    /// <summary>A link with at least <paramref name="size"/> bytes of room.</summary>
    public static PendingBlock Rent(int size)
    {
        var block = t_cache;
        if (block is null)
        {
            block = new();
        }
        else
        {
            t_cache = block.Next;
            t_cached--;
            block.Next = null;
        }

        block.Bytes = ArrayPool<byte>.Shared.Rent(size);
        block.Start = block.End = 0;
        return block;
    }

    /// <summary>Gives a link back.</summary>
    public static void Return(PendingBlock block)
    {
        ArrayPool<byte>.Shared.Return(block.Bytes);
        block.Bytes = [];
        block.Next = null;
        if (t_cached < MaxCached)
        {
            block.Next = t_cache;
            t_cache = block;
            t_cached++;
        }
    }
}
