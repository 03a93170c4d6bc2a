using System.Buffers;
using Cellway.DataPlane.Vless;
using Cellway.Testing;
using CsCheck;

namespace Cellway.Tests.DataPlane.Vless;

public sealed class UdpPacketTests
{
    [Theory]
    [InlineData("udp-dns.c2s.bin", 26, new[] { 31, 32 })]
    [InlineData("udp-dns.s2c.bin", 2, new[] { 47, 48 })]
    public void Read_RealDatagrams_HoweverTheyAreCut(string vector, int header, int[] lengths)
    {
        foreach (var input in Splits.Of(Vectors.Read(vector)[header..]))
        {
            List<int> seen = [];
            var rest = input;
            while (!rest.IsEmpty)
            {
                Assert.Equal(OperationStatus.Done, UdpPacket.Read(rest, out var datagram, out var consumed));
                Assert.Equal(seen.Count == 0 ? 0x11 : 0x22, datagram.FirstSpan[0]);
                seen.Add((int)datagram.Length);
                rest = rest.Slice(consumed);
            }

            Assert.Equal(lengths, seen);
        }
    }

    [Fact]
    public void Read_EveryPrefix_AsksForMoreAndTakesNothing()
    {
        byte[] bytes = [0, 3, 1, 2, 3];
        for (var length = 0; length < bytes.Length; length++)
        {
            var input = new ReadOnlySequence<byte>(bytes, 0, length);
            Assert.Equal(OperationStatus.NeedMoreData, UdpPacket.Read(input, out _, out var consumed));
            Assert.Equal(length, input.Slice(consumed).Length);
        }
    }

    [Fact]
    public void Read_EmptyAndLongest_AreDatagramsToo()
    {
        Assert.Equal(OperationStatus.Done, UdpPacket.Read(new([0, 0, 9]), out var empty, out var consumed));
        Assert.Equal((0, 2), ((int)empty.Length, consumed.GetInteger()));
        Assert.Equal(OperationStatus.Done, UdpPacket.Read(new([0xff, 0xff, .. new byte[65535]]), out var longest, out _));
        Assert.Equal(65535, longest.Length);
    }

    [Fact]
    public void Write_IsReadBack() => Gen.Byte.Array[1, 600].Sample(data =>
    {
        var output = new byte[UdpPacket.HeaderLength + data.Length];
        Assert.Equal(output.Length, UdpPacket.Write(output, data));
        Assert.Equal(OperationStatus.Done, UdpPacket.Read(new(output), out var datagram, out _));
        Assert.Equal(data, datagram.ToArray());
    });

    [Theory]
    [InlineData(0)]
    [InlineData(8191)]
    public void Write_SizeThatClientsDrop_Throws(int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => UdpPacket.Write(new byte[9000], new byte[size]));
}
