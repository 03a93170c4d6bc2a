namespace Cellway.DataPlane.Http2.Flow;

/// <summary>A link of <see cref="PendingData"/>, with its bytes; it waits in a pool while nobody needs it.</summary>
internal sealed class PendingBlock
{
    /// <summary>Bytes of a full link: two TLS records.</summary>
    public const int FullSize = 32 * 1024;

    private const int SmallSize = 2 * 1024;

    private static readonly PendingBlockPool s_full = new(FullSize, limit: 2048); // 64 MB
    private static readonly PendingBlockPool s_small = new(SmallSize, limit: 1024); // 2 MB; the ends of frames that a read cut off

    /// <param name="size">Bytes it has room for.</param>
    internal PendingBlock(int size) => Bytes = GC.AllocateUninitializedArray<byte>(size);

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
    public static PendingBlock Rent(int size) => (size <= SmallSize ? s_small : s_full).Rent();

    /// <summary>Gives a link back.</summary>
    public static void Return(PendingBlock block) => (block.Bytes.Length == SmallSize ? s_small : s_full).Return(block);

    /// <summary>Lets go of a part of the links nobody needed since the last call.</summary>
    public static void Trim()
    {
        s_full.Trim();
        s_small.Trim();
    }
}
