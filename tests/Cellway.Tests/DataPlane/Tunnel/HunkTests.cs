using System.Buffers;
using System.Text;
using Cellway.DataPlane.Tunnel;
using Cellway.DataPlane.Vless;
using Cellway.Testing;
using CsCheck;

namespace Cellway.Tests.DataPlane.Tunnel;

public sealed class HunkTests
{
    [Theory]
    [InlineData("grpc.c2s.bin", 1)]
    [InlineData("grpc-multi.c2s.bin", 1)]
    [InlineData("grpc-two.c2s.bin", 2)]
    [InlineData("grpc-big.c2s.bin", 1)]
    [InlineData("grpc-multi-big.c2s.bin", 1)]
    [InlineData("grpc-custompath.c2s.bin", 1)]
    [InlineData("grpc-keepalive.c2s.bin", 1)]
    [InlineData("grpc-serverfirst.c2s.bin", 1)]
    [InlineData("grpc-tlsclient.c2s.bin", 1)]
    [InlineData("grpc-unknownuuid.c2s.bin", 1)]
    public void Next_RealClientsMessages_HoweverTheyAreCut(string vector, int streams)
    {
        var all = Vectors.ReadStreams(vector);
        Assert.Equal(streams, all.Count);
        foreach (var data in all.Values)
        {
            foreach (var input in Splits.Of(data))
            {
                var payload = Decode(input, out var atBoundary);
                Assert.True(atBoundary);
                Assert.Equal(OperationStatus.Done, VlessRequest.Read(new(payload!), out var request, out _, out _));
                Assert.Equal(VlessCommand.Tcp, request.Command);
            }
        }
    }

    [Theory]
    [InlineData("grpc.s2c.bin")]
    [InlineData("grpc-multi.s2c.bin")]
    [InlineData("grpc-custompath.s2c.bin")]
    public void Next_RealServersMessages_HoweverTheyAreCut(string vector)
    {
        foreach (var data in Vectors.ReadStreams(vector).Values)
        {
            foreach (var input in Splits.Of(data))
            {
                var payload = Decode(input, out _);
                Assert.Equal([0, 0], payload![..2]);
                Assert.StartsWith("HTTP/1.", Encoding.ASCII.GetString(payload, 2, payload.Length - 2), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("0000000000", "")] // an empty message
    [InlineData("00000000020a00", "")] // an empty field
    [InlineData("00000000060a0161" + "0a0162", "6162")] // two elements
    [InlineData("0000000006" + "0a8180800061", "61")] // a varint that is longer than it must be
    [InlineData("0000000012" + "18ff01" + "0a0161" + "2102030405060708ff" + "1201ff" + "00000000030a0162", "6162")]
    [InlineData("0000000002" + "0805", "")] // field 1, but a number
    [InlineData("0000000005" + "2d01020304", "")]
    public void Next_UnusualMessages_AreUnderstood(string hex, string payload)
    {
        foreach (var input in Splits.Of(Convert.FromHexString(hex)))
        {
            Assert.Equal(payload, Convert.ToHexStringLower(Decode(input, out var atBoundary)!));
            Assert.True(atBoundary);
        }
    }

    [Theory]
    [InlineData("01")] // compressed
    [InlineData("0000400001")] // one byte more than 4 MiB
    [InlineData("00000000030a0361")] // data beyond its message
    [InlineData("00000000010a")] // a field without a length
    [InlineData("0000000001" + "80")] // an unfinished tag
    [InlineData("000000000b" + "ffffffffffffffffffff")] // a tag of more than 10 bytes
    [InlineData("0000000002" + "0b00")] // a group
    [InlineData("0000000002" + "0200")] // field number 0
    public void Next_Junk_IsAFaultForGood(string hex)
    {
        foreach (var input in Splits.Of(Convert.FromHexString(hex)))
        {
            Assert.Null(Decode(input, out _));
        }
    }

    [Fact]
    public void Next_CutInsideAMessage_IsNoBoundary()
    {
        Decode(new(Convert.FromHexString("00000000030a02")), out var atBoundary);

        Assert.False(atBoundary);
    }

    [Fact]
    public void Next_AnyBytes_NeverThrows() => Gen.Byte.Array[0, 64].Sample(bytes => { Decode(new([0, 0, 0, 0, .. bytes]), out _); });

    [Theory]
    [InlineData(1, "0000000003" + "0a01")]
    [InlineData(109, "000000006f" + "0a6d")]
    [InlineData(127, "0000000081" + "0a7f")]
    [InlineData(128, "0000000083" + "0a8001")]
    [InlineData(16383, "0000004002" + "0aff7f")]
    [InlineData(16384, "0000004004" + "0a808001")]
    [InlineData(32768, "0000008004" + "0a808002")]
    public void Write_IsMinimal_AndReadBack(int length, string header)
    {
        foreach (var guess in new[] { 7, 8, 9 })
        {
            var buffer = new byte[HunkHeader.MaxLength + length];
            var data = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
            data.CopyTo(buffer, guess);

            var total = HunkHeader.Prepend(buffer, guess, length);

            Assert.Equal(header, Convert.ToHexStringLower(buffer.AsSpan(0, HunkHeader.LengthFor(length))));
            Assert.Equal(data, Decode(new(buffer, 0, total), out _));
        }
    }

    private static byte[]? Decode(in ReadOnlySequence<byte> input, out bool atBoundary)
    {
        var reader = new HunkReader();
        var payload = new ArrayBufferWriter<byte>();
        foreach (var segment in input)
        {
            var rest = segment.Span;
            while (!rest.IsEmpty)
            {
                if (reader.Next(rest, out var start, out var length) == OperationStatus.InvalidData)
                {
                    atBoundary = false;
                    return null;
                }

                payload.Write(rest.Slice(start, length));
                rest = rest[(start + length)..];
            }
        }

        atBoundary = reader.AtBoundary;
        return payload.WrittenSpan.ToArray();
    }
}
