using Cellway.DataPlane.Http2.Flow;

namespace Cellway.Tests.DataPlane.Http2;

public sealed class PendingDataTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(100_000)]
    public void AddAndAdvance_AgainAndAgain_AllocatesNothing(int size)
    {
        const int Rounds = 100;
        var data = new byte[size];
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 6; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Rounds; i++)
            {
                var pending = default(PendingData);
                pending.Add(data);
                while (pending.Length > 0)
                {
                    pending.Advance(pending.First.Length);
                }
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before); // other tests use the same pool
        }

        Assert.InRange(least, 0, (24 * Rounds) - 1); // the least that an object per round would cost
    }

    [Fact]
    public void Advance_PieceByPiece_GivesWhatWasAdded()
    {
        var pending = default(PendingData);
        byte[] all = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i % 251))];
        foreach (var piece in all.Chunk(1999).Concat(all.Chunk(70_001)))
        {
            pending.Add(piece);
        }

        var taken = new List<byte>();
        while (pending.Length > 0)
        {
            var count = Math.Min(pending.First.Length, 777);
            taken.AddRange(pending.First[..count]);
            pending.Advance(count);
        }

        Assert.Equal([.. all, .. all], taken);
    }
}
