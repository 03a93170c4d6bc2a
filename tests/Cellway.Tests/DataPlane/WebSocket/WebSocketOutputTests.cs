using Cellway.DataPlane.Http2.Flow;
using Cellway.DataPlane.WebSocket;

namespace Cellway.Tests.DataPlane.WebSocket;

public sealed class WebSocketOutputTests
{
    [Fact]
    public void Take_SmallPieces_AreOneFrame_AndOweTogether()
    {
        var output = new WebSocketOutput(new(1 << 20));
        Assert.True(output.TryAdd("ab"u8, 9));
        Assert.True(output.TryAdd("c"u8, 8));

        var frame = output.Take();

        Assert.Equal("8203616263", Convert.ToHexString(frame.Bytes.AsSpan(frame.Start, frame.End - frame.Start)));
        Assert.Equal(17, frame.Owed);
        Assert.True(output.IsEmpty);
        output.Return(frame);
    }

    [Fact]
    public void Take_MuchAtOnce_IsInFramesOfABlock_AndNothingIsLost()
    {
        var payload = new byte[100_000];
        new Random(1).NextBytes(payload);
        var output = new WebSocketOutput(new(1 << 20));
        Assert.True(output.TryAdd(payload, payload.Length));
        var (bytes, owed) = (new List<byte>(), 0);
        while (!output.IsEmpty)
        {
            var frame = output.Take();
            var content = frame.Bytes.AsSpan(frame.Start, frame.End - frame.Start);
            var length = content[1] < 126 ? content[1] : (content[2] << 8) | content[3];
            Assert.Equal(0x82, content[0]);
            Assert.Equal(content.Length, length + (content[1] < 126 ? 2 : 4));
            bytes.AddRange(content[^length..]);
            owed += frame.Owed;
            output.Return(frame);
        }

        Assert.Equal(payload, bytes);
        Assert.Equal(payload.Length, owed);
    }

    [Fact]
    public void TryAdd_BeyondTheBudget_IsRefused_AndGivenBackWhenCleared()
    {
        var budget = new BufferBudget(2 * PendingBlock.FullSize);
        var output = new WebSocketOutput(budget);

        Assert.False(output.TryAdd(new byte[3 * PendingBlock.FullSize], 1));
        output.Clear();

        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void SteadyState_FramesAllocateNothing()
    {
        var output = new WebSocketOutput(new(1 << 20));
        var message = new byte[1000];
        var least = long.MaxValue;
        for (var round = 0; round < 6; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                output.TryAdd(message, message.Length);
                output.Return(output.Take());
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
