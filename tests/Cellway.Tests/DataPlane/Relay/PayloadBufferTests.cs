using Cellway.DataPlane.Relay;
using CsCheck;

namespace Cellway.Tests.DataPlane.Relay;

public sealed class PayloadBufferTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TakenInAnyAmounts_FromPiecesOfAnySize_NothingIsLostOrDoubled() =>
        await Gen.Select(Gen.Int[1, 3000].Array[1, 30], Gen.Int[1, 5000].Array[1, 20]).SampleAsync(async (pieces, amounts) =>
        {
            using var buffer = new PayloadBuffer(new Counting(pieces));
            byte expected = 0;
            var left = pieces.Sum();
            for (var i = 0; left > 0; i++)
            {
                var amount = Math.Min(left, amounts[i % amounts.Length]);
                Assert.True(await buffer.EnsureAsync(amount, Token));
                foreach (var value in buffer.Bytes[..amount].ToArray())
                {
                    Assert.Equal(expected++, value);
                }

                buffer.Advance(amount);
                left -= amount;
            }

            Assert.False(await buffer.FillAsync(Token));
            Assert.True(buffer.Bytes.IsEmpty);
        });

    /// <summary>Bytes that count up; reuses its memory, so that a piece kept too long shows.</summary>
    private sealed class Counting(int[] pieces) : IPayloadSource
    {
        private readonly byte[] _memory = new byte[3000];
        private int _next;
        private byte _value;

        public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
        {
            if (_next == pieces.Length)
            {
                return default;
            }

            var piece = _memory.AsMemory(0, pieces[_next++]);
            foreach (ref var value in piece.Span)
            {
                value = _value++;
            }

            return new(piece);
        }
    }
}
