using System.Buffers;
using System.Security.Cryptography;
using Cellway.DataPlane.Tunnel;
using Cellway.DataPlane.Tunnel.Entry;
using Cellway.Model.Devices;
using Cellway.Testing;

namespace Cellway.Tests.DataPlane.Tunnel;

public sealed class PreambleTests
{
    private static readonly byte[] s_id = RandomNumberGenerator.GetBytes(16);
    private static readonly RouteId s_route = new(RandomNumberGenerator.GetBytes(16));

    [Theory]
    [InlineData(17)]
    [InlineData(5)]
    [InlineData(1)]
    public void Stamp_IdOverAnyNumberOfMessages_IsReplacedAndNothingElse(int perMessage)
    {
        byte[] header = [0, .. s_id, 0, 1];
        var messages = Messages(header, perMessage);
        foreach (var input in Splits.Of(messages))
        {
            Assert.Equal(OperationStatus.Done, Preamble.Scan(input, out var preamble));
            Assert.Equal(VlessId.HashOf(s_id), preamble!.Credential);

            preamble.Stamp(s_route);

            byte[] forwarded = [.. preamble.Bytes.ToArray(), .. input.Slice(preamble.Bytes.Length).ToArray()];
            Assert.Equal(Messages([0, .. s_route.ToArray(), 0, 1], perMessage), forwarded);
            Assert.False(forwarded.AsSpan().IndexOf(s_id) >= 0);
        }
    }

    [Fact]
    public void Scan_EveryPrefix_AsksForMore()
    {
        var messages = Messages([0, .. s_id], 4);
        for (var length = 0; length < messages.Length; length++)
        {
            Assert.Equal(OperationStatus.NeedMoreData, Preamble.Scan(new(messages, 0, length), out _));
        }
    }

    [Theory]
    [InlineData("01")] // compressed
    [InlineData("00000000030a0105")] // VLESS version 5
    public void Scan_Junk_IsToldAtTheFirstByteThatProvesIt(string hex) =>
        Assert.Equal(OperationStatus.InvalidData, Preamble.Scan(new(Convert.FromHexString(hex)), out _));

    private static byte[] Messages(byte[] data, int perMessage)
    {
        var all = new MemoryStream();
        var header = new byte[HunkHeader.MaxLength];
        foreach (var piece in data.Chunk(perMessage))
        {
            all.Write(header, 0, HunkHeader.Write(header, piece.Length));
            all.Write(piece);
        }

        return all.ToArray();
    }
}
