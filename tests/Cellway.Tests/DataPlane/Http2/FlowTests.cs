using System.Security.Cryptography;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Flow;
using Cellway.DataPlane.Relay;
using CsCheck;

namespace Cellway.Tests.DataPlane.Http2;

public sealed class FlowTests
{
    [Fact]
    public void ReceiveWindow_FarAndFast_GrowsToTheBoundAndNoFurther()
    {
        var window = new ReceiveWindow(1 << 20);
        long now = 1;
        const long RoundTrip = 80;
        for (var i = 0; i < 400; i++)
        {
            // The whole window every round trip: the sender is limited by it.
            now += RoundTrip / 4;
            Assert.True(window.TryTake(window.Size / 4));
            window.Return(window.Size / 4, true, 16 << 20, RoundTrip, () => now);
        }

        Assert.Equal(16 << 20, window.Size);
    }

    [Theory]
    [InlineData(0, true)] // round trip unknown
    [InlineData(80, false)] // no memory
    [InlineData(1, true)] // near: a quarter window takes 20 round trips
    public void ReceiveWindow_NearOrForbidden_StaysAsItIs(long roundTrip, bool mayGrow)
    {
        var window = new ReceiveWindow(1 << 20);
        long now = 1;
        for (var i = 0; i < 100; i++)
        {
            now += 20;
            Assert.True(window.TryTake(1 << 18));
            Assert.Equal(1 << 18, window.Return(1 << 18, mayGrow, 16 << 20, roundTrip, () => now));
        }

        Assert.Equal(1 << 20, window.Size);
    }

    [Fact]
    public void ReceiveWindow_Overdrawn_SaysSo()
    {
        var window = new ReceiveWindow(100);
        Assert.True(window.TryTake(100));
        Assert.False(window.TryTake(1));
    }

    [Fact]
    public void PendingData_AnyAddsAndAdvances_KeepOrder() =>
        Gen.Select(Gen.Int[1, 80_000], Gen.Int[1, 80_000]).Array[1, 40].Sample(
            steps =>
            {
                var pending = default(PendingData);
                using var written = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                using var read = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var random = new Random(steps.Length);
                var expected = 0;
                foreach (var (add, take) in steps)
                {
                    var bytes = new byte[add];
                    random.NextBytes(bytes);
                    written.AppendData(bytes);
                    pending.Add(bytes);
                    expected += add;
                    for (var left = Math.Min(take, pending.Length); left > 0;)
                    {
                        var count = Math.Min(left, pending.First.Length);
                        read.AppendData(pending.First[..count]);
                        pending.Advance(count);
                        left -= count;
                        expected -= count;
                    }

                    Assert.Equal(expected, pending.Length);
                }

                while (pending.Length > 0)
                {
                    read.AppendData(pending.First);
                    pending.Advance(pending.First.Length);
                }

                Assert.Equal(written.GetCurrentHash(), read.GetCurrentHash());
            },
            iter: 50);

    [Fact]
    public void Budget_Spent_RefusesAndTakesNothing()
    {
        var budget = new BufferBudget(100);
        Assert.True(budget.TryTake(60));
        Assert.False(budget.MayGrow);
        Assert.False(budget.TryTake(41));
        Assert.Equal(60, budget.Used);
        budget.Return(60);
        Assert.True(budget.MayGrow);
    }

    [Fact]
    public async Task SendQuota_GreedyStreamsAskAllTheTime_OneThatWaitsHasItsShareOfEverySecondBuffer()
    {
        await using var pair = new Http2Pair(new(() => new RecordingHandler { AutoCredit = false }));
        await Http2Pair.Within(pair.ClientHandler.Ready);
        using var turn = Turn.Begin(); // what follows is written by nobody but the test
        var bulk = Enumerable.Range(0, 5).Select(_ => pair.Client.TryOpen(new RecordingHandler(), Http2Pair.Head)!).ToList();
        var ping = pair.Client.TryOpen(new RecordingHandler(), Http2Pair.Head)!;
        bulk.ForEach(SendAllIfMay);
        Assert.Equal(0, ping.SendQuota()); // the out-buffer is full

        var wokenIn = new List<int>();
        for (var i = 0; i < 10; i++)
        {
            List<Http2Stream> woken = [];
            pair.Client.Outgoing.TakeForWriting(woken);
            bulk.ForEach(SendAllIfMay); // from their own threads, before those that were woken
            woken.ForEach(SendAllIfMay);
            if (woken.Contains(ping))
            {
                wokenIn.Add(i);
            }
        }

        Assert.Equal(5, wokenIn.Count);

        static void SendAllIfMay(Http2Stream stream)
        {
            while (stream.SendQuota() is > 0 and var quota)
            {
                stream.SendData(new byte[quota]);
                stream.SendWindow += quota; // what it sends is taken at once
            }
        }
    }

    [Fact]
    public async Task QueueLimit_Passed_ResetsTheStreamThatWantsMore()
    {
        await using var pair = new Http2Pair(new(() => new RecordingHandler { AutoCredit = false }),
            clientOptions: Http2Options.Client with { MaxQueuedData = 1 << 20 });
        await Http2Pair.Within(pair.ClientHandler.Ready);
        var greedy = pair.Client.TryOpen(new RecordingHandler(), Http2Pair.Head)!;
        var accepted = 0;
        while (accepted < 64 && greedy.SendData(new byte[100_000]))
        {
            accepted++;
        }

        Assert.InRange(accepted, 10, 30);
        Assert.True(greedy.IsClosed);
        Assert.NotNull(pair.Client.TryOpen(new RecordingHandler(), Http2Pair.Head));
    }

    [Fact]
    public void TlsRecordCursor_AnyCuts_StopsAtEveryBorder() =>
        Gen.Select(Gen.Int[0, 400].Array[1, 20], Gen.Int[1, 300].Array[1, 30]).Sample((records, cuts) =>
        {
            byte[] stream = [.. records.SelectMany(n => (byte[])[23, 3, 3, (byte)(n >> 8), (byte)n, .. new byte[n]])];
            var end = 0;
            var borders = records.Select(n => end += 5 + n).ToHashSet();
            var cursor = default(TlsRecordCursor);
            for (int at = 0, i = 0; at < stream.Length; i++)
            {
                var piece = stream.AsSpan(at, Math.Min(cuts[i % cuts.Length], stream.Length - at));
                var ends = cursor.EndsWithin(piece);
                var taken = cursor.Take(piece);
                at += taken;
                Assert.Equal(ends, borders.Contains(at) && taken > 0);
                Assert.True(taken == piece.Length || borders.Contains(at));
            }
        });
}

