using System.Buffers;

namespace Cellway.DataPlane.Http2.Flow;

/// <summary>A link of <see cref="PendingData"/>.</summary>
/// <remarks>
/// Full-size links keep their bytes and wait in a pool of their own: the shared array pool holds only 32 arrays of a size
/// per core, a fraction of one megabyte-window, and every miss ends as a garbage collection.
/// </remarks>
internal sealed class PendingBlock
{
    /// <summary>Bytes of a pooled link: two TLS records.</summary>
    public const int FullSize = 32 * 1024;

    private const int SmallSize = 2 * 1024;
    private const int MaxPooled = 2048; // 64 MB

    private static readonly Lock s_gate = new();
    private static PendingBlock? s_pool;
    private static int s_pooled;
    private static int s_leastPooled;

    private PendingBlock(byte[] bytes) => Bytes = bytes;

    /// <summary>The bytes; those from <see cref="Start"/> to <see cref="End"/> wait.</summary>
    public byte[] Bytes { get; }

    /// <summary>The first waiting byte.</summary>
    public int Start { get; set; }

    /// <summary>Behind the last waiting byte.</summary>
    public int End { get; set; }

    /// <summary>What the sender gets back when the bytes have left; for who keeps count by link.</summary>
    public int Owed { get; set; }

    /// <summary>The next link.</summary>
    public PendingBlock? Next { get; set; }

    /// <summary>A link with room for the first of <paramref name="size"/> bytes.</summary>
    public static PendingBlock Rent(int size)
    {
        if (size <= SmallSize)
        {
            return new(ArrayPool<byte>.Shared.Rent(size));
        }

        lock (s_gate)
        {
            if (s_pool is { } block)
            {
                s_pool = block.Next;
                s_leastPooled = Math.Min(s_leastPooled, --s_pooled);
                block.Next = null;
                block.Start = block.End = 0;
                return block;
            }
        }

        return new(GC.AllocateUninitializedArray<byte>(FullSize));
    }

    /// <summary>Gives a link back.</summary>
    public static void Return(PendingBlock block)
    {
        if (block.Bytes.Length != FullSize)
        {
            ArrayPool<byte>.Shared.Return(block.Bytes);
            return;
        }

        lock (s_gate)
        {
            if (s_pooled < MaxPooled)
            {
                block.Next = s_pool;
                s_pool = block;
                s_pooled++;
            }
        }
    }

    /// <summary>Lets go of a quarter of the links nobody needed since the last call.</summary>
    public static void Trim()
    {
        lock (s_gate)
        {
            for (var surplus = (s_leastPooled + 3) / 4; surplus > 0; surplus--)
            {
                s_pool = s_pool!.Next;
                s_pooled--;
            }

            s_leastPooled = s_pooled;
        }
    }
}
