using System.Buffers;
using System.Net;
using System.Text;
using Cellway.DataPlane.Mux;
using Cellway.DataPlane.Vless;
using Cellway.Testing;
using CsCheck;

namespace Cellway.Tests.DataPlane.Mux;

public sealed class MuxFrameTests
{
    private const int RequestHeader = 19; // version, id, addons length, command
    private const int ResponseHeader = 2;
    private const string V4 = "42b8" + "01" + "c0000201";

    private static readonly Gen<EndPoint> s_targets = Gen.OneOf(
        Gen.Select(Gen.Byte.Array[4], Gen.Int[1, 65535]).Select((a, p) => (EndPoint)new IPEndPoint(new IPAddress(a), p)),
        Gen.Select(Gen.Byte.Array[15], Gen.Int[1, 65535]).Select((a, p) => (EndPoint)new IPEndPoint(new IPAddress([0x20, .. a]), p)),
        Gen.Select(Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyz-_."], 1, 255], Gen.Int[1, 65535]).Select((h, p) => (EndPoint)new DnsEndPoint(h, p)));

    public static TheoryData<string, int, string[]> Captured => new()
    {
        {
            "mux-tcp.c2s.bin", RequestHeader,
            ["1 New Tcp 127.0.0.1:17080 20", "2 New Tcp localhost:17080", "2 Keep 44", "2 End Error", "1 Keep 24", "1 End Error"]
        },
        { "mux-tcp.s2c.bin", ResponseHeader, ["2 Keep 71", "2 End", "1 Keep 71", "1 End"] },
        { "mux-abort.c2s.bin", RequestHeader, ["1 New Tcp 127.0.0.1:17080 8", "1 End", "2 New Tcp 127.0.0.1:1 1", "2 End Error"] },
        { "mux-abort.s2c.bin", ResponseHeader, ["1 End Error", "2 End Error"] },
        {
            "xudp-two-dests.c2s.bin", RequestHeader,
            ["0 New Udp 127.0.0.1:17053 a3e5d27d1c333d3e 3", "0 Keep Udp 127.0.0.2:17054 4", "0 Keep Udp 127.0.0.1:17053 5"]
        },
        {
            "xudp-two-dests.s2c.bin", ResponseHeader,
            ["0 Keep Udp 127.0.0.1:17053 6", "0 Keep Udp 127.0.0.2:17054 7", "0 Keep Udp 127.0.0.1:17053 8"]
        },
    };

    [Theory]
    [MemberData(nameof(Captured))]
    public void Read_RealFrames_HoweverTheyAreCut(string vector, int header, string[] expected)
    {
        var bytes = Vectors.Read(vector)[header..];
        foreach (var input in Splits.Of(bytes))
        {
            List<string> seen = [];
            var rest = input;
            while (!rest.IsEmpty)
            {
                Assert.Equal(OperationStatus.Done, MuxFrame.Read(rest, out var frame, out var consumed, out _));
                seen.Add(Describe(frame));
                rest = rest.Slice(consumed).Slice(frame.DataLength);
            }

            Assert.Equal(expected, seen);
        }
    }

    [Theory]
    [MemberData(nameof(Captured))]
    public void Read_EveryPrefixOfAHead_AsksForMoreAndTakesNothing(string vector, int header, string[] expected)
    {
        _ = expected;
        ReadOnlySequence<byte> rest = new(Vectors.Read(vector)[header..]);
        while (!rest.IsEmpty)
        {
            MuxFrame.Read(rest, out var frame, out var end, out _);
            var head = rest.Slice(0, end).ToArray();
            for (var length = 0; length < head.Length; length++)
            {
                var prefix = new ReadOnlySequence<byte>(head, 0, length);
                Assert.Equal(OperationStatus.NeedMoreData, MuxFrame.Read(prefix, out _, out var consumed, out _));
                Assert.Equal(length, prefix.Slice(consumed).Length);
            }

            rest = rest.Slice(end).Slice(frame.DataLength);
        }
    }

    [Theory]
    [InlineData("0003", "MetadataLength")]
    [InlineData("0000", "MetadataLength")]
    [InlineData("0201", "MetadataLength")]
    [InlineData("03", "MetadataLength")] // known before the second byte
    [InlineData("ff", "MetadataLength")]
    [InlineData("0004" + "0001" + "00", "Status")]
    [InlineData("0004" + "0001" + "05", "Status")]
    [InlineData("0004" + "0001" + "01" + "00", "Truncated")] // a New without a network
    [InlineData("000c" + "0001" + "01" + "00" + "00", "Network")]
    [InlineData("000c" + "0001" + "01" + "00" + "03", "Network")]
    [InlineData("0007" + "0001" + "01" + "00" + "01", "Truncated")] // room for a port only
    [InlineData("000c" + "0001" + "01" + "00" + "01" + "0050" + "00", "AddressKind")]
    [InlineData("000c" + "0001" + "01" + "00" + "01" + "0050" + "04", "AddressKind")]
    [InlineData("000c" + "0001" + "01" + "00" + "01" + "0050" + "02" + "00", "EmptyHost")]
    [InlineData("000c" + "0001" + "01" + "00" + "01" + "0050" + "02" + "04", "Truncated")] // a name beyond the metadata
    [InlineData("000c" + "0001" + "01" + "00" + "01" + "0050" + "02" + "03" + "612062", "HostName")]
    [InlineData("000c" + "0001" + "01" + "00" + "02" + "0050" + "03", "Truncated")] // 16 bytes of address do not fit
    [InlineData("000c" + "0001" + "02" + "01" + "02" + "0050" + "09", "AddressKind")]
    public void Read_Junk_IsToldAtTheFirstByteThatProvesIt(string hex, string fault)
    {
        var bytes = Convert.FromHexString(hex);

        Assert.Equal(OperationStatus.InvalidData, MuxFrame.Read(new(bytes), out _, out _, out var found));
        Assert.Equal(fault, found.ToString());
        if (bytes.Length > 0)
        {
            Assert.Equal(OperationStatus.NeedMoreData, MuxFrame.Read(new(bytes, 0, bytes.Length - 1), out _, out _, out _));
        }
    }

    [Theory]
    [InlineData("0014" + "0000" + "01" + "01" + "02" + V4 + "0102030405060708" + "0001", "102030405060708")]
    [InlineData("0018" + "0000" + "01" + "01" + "02" + V4 + "0102030405060708" + "00000000" + "0001", "102030405060708")] // and padding
    [InlineData("0014" + "0000" + "01" + "01" + "02" + V4 + "0000000000000000" + "0001", "0")] // zeros are none
    [InlineData("0013" + "0000" + "01" + "01" + "02" + V4 + "01020304050607" + "0001", "0")] // too short: padding
    [InlineData("0014" + "0000" + "01" + "00" + "02" + V4 + "0102030405060708", "0")] // no data
    [InlineData("0014" + "0000" + "01" + "01" + "01" + V4 + "0102030405060708" + "0001", "0")] // TCP
    [InlineData("0014" + "0000" + "02" + "01" + "02" + V4 + "0102030405060708" + "0001", "0")] // Keep
    public void Read_GlobalId_CountsOnlyInANewOfUdpWithData(string hex, string id)
    {
        foreach (var input in Splits.Of(Convert.FromHexString(hex)))
        {
            Assert.Equal(OperationStatus.Done, MuxFrame.Read(input, out var frame, out var consumed, out _));
            Assert.Equal((id, 0L), (frame.GlobalId.ToString("x", null), input.Slice(consumed).Length));
            Assert.Equal("192.0.2.1:17080", frame.Target!.Value.ToEndPoint().ToString());
        }
    }

    [Theory]
    [InlineData("0004" + "0001" + "02" + "00")]
    [InlineData("0006" + "0001" + "02" + "00" + "0000")] // padding that is no network
    [InlineData("000c" + "0001" + "02" + "00" + "01" + V4)] // an address of TCP says nothing
    [InlineData("0008" + "0001" + "03" + "02" + "ffffffff")]
    [InlineData("0008" + "0001" + "04" + "00" + "01ffffff")]
    public void Read_WhatNeedsNoAddress_HasNone(string hex)
    {
        Assert.Equal(OperationStatus.Done, MuxFrame.Read(new(Convert.FromHexString(hex)), out var frame, out var consumed, out _));
        Assert.Null(frame.Target);
        Assert.Equal(hex.Length / 2, consumed.GetInteger());
    }

    [Fact]
    public void Read_Pseudodomain_LeadsNowhere()
    {
        var bytes = MuxFrames.New(1, false, new DnsEndPoint("sp.mux.sing-box.arpa", 444));

        MuxFrame.Read(new(bytes), out var frame, out _, out _);

        Assert.Equal(VlessHost.Nowhere, frame.Target!.Value.ToEndPoint());
    }

    [Fact]
    public void Read_AddressWrittenAsAName_IsAnAddress()
    {
        MuxFrame.Read(new(MuxFrames.New(1, true, new DnsEndPoint("127.0.0.1", 53))), out var frame, out _, out _);

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 53), frame.Target!.Value.ToEndPoint());
    }

    [Fact]
    public void ClientsFrames_AreReadBack() =>
        Gen.Select(Gen.UShort, Gen.Bool, s_targets, Gen.Byte.Array[0, 300], Gen.ULong).Sample((number, isUdp, target, data, id) =>
        {
            byte[] bytes = [.. MuxFrames.New(number, isUdp, target, data, isUdp ? id : 0), .. data];
            Assert.Equal(OperationStatus.Done, MuxFrame.Read(new(bytes), out var frame, out var consumed, out _));
            Assert.Equal((number, MuxStatus.New, isUdp ? MuxNetwork.Udp : MuxNetwork.Tcp, data.Length), (frame.Session, frame.Status, frame.Network, frame.DataLength));
            Assert.Equal(target.ToString(), frame.Target!.Value.ToEndPoint().ToString());
            Assert.Equal(isUdp ? id : 0, frame.GlobalId);
            Assert.Equal(bytes[(bytes.Length - (2 * data.Length))..], bytes[consumed.GetInteger()..]);
        });

    [Fact]
    public void ServersPackets_AreReadBack() =>
        Gen.Select(Gen.UShort, s_targets, Gen.Byte.Array[1, 300]).Sample((number, source, data) =>
        {
            var output = new byte[MuxFrameWriter.MaxPacketHeadLength + data.Length];
            var written = MuxFrameWriter.WritePacket(output, number, Destination.Of(source), data);
            Assert.Equal(OperationStatus.Done, MuxFrame.Read(new(output, 0, written), out var frame, out var consumed, out _));
            Assert.Equal((number, MuxStatus.Keep, MuxOptions.Data, MuxNetwork.Udp), (frame.Session, frame.Status, frame.Options, frame.Network));
            Assert.Equal(Destination.Of(source), frame.Target);
            Assert.Equal(data, output[consumed.GetInteger()..written]);
            Assert.Equal(MuxFrames.Keep(number, source, data), output[..written]);
        });

    [Theory]
    [InlineData(0)]
    [InlineData(7527)]
    public void WritePacket_SizeThatBreaksClients_Throws(int size) => Assert.Throws<ArgumentOutOfRangeException>(
        () => MuxFrameWriter.WritePacket(new byte[9000], 0, Destination.Of(new IPEndPoint(IPAddress.Loopback, 53)), new byte[size]));

    [Fact]
    public void StreamsAndEnds_AreReadBack()
    {
        var output = new byte[MuxFrameWriter.StreamHeadLength];
        Assert.Equal(8, MuxFrameWriter.WriteStreamHead(output, 7, 65535));
        MuxFrame.Read(new(output), out var keep, out _, out _);
        Assert.Equal("7 Keep 65535", Describe(keep));
        Assert.Equal(6, MuxFrameWriter.WriteEnd(output, 9));
        MuxFrame.Read(new(output), out var end, out _, out _);
        Assert.Equal("9 End", Describe(end));
    }

    [Fact]
    public void Read_AnyBytes_NeverThrowsAndNeverDependsOnTheCut() =>
        Gen.Select(Gen.Byte.Array[0, 40], Gen.Byte[0, 24], Gen.Byte[0, 5]).Sample((tail, length, status) =>
        {
            byte[] bytes = [0, length, 0, 1, status, .. tail];
            var whole = MuxFrame.Read(new(bytes), out var expected, out _, out var fault);
            foreach (var input in Splits.Of(bytes))
            {
                Assert.Equal(whole, MuxFrame.Read(input, out var frame, out _, out var found));
                Assert.Equal((expected, fault), (frame, found));
            }
        });

    private static string Describe(MuxFrame frame)
    {
        var text = new StringBuilder($"{frame.Session} {frame.Status}");
        if (frame.Target is { } target)
        {
            text.Append(' ').Append(frame.Network).Append(' ').Append(target.ToEndPoint().ToString()!.Replace("Unspecified/", "", StringComparison.Ordinal));
        }

        _ = frame.GlobalId == 0 ? text : text.Append(' ').Append(frame.GlobalId.ToString("x16", null));
        _ = frame.Options.HasFlag(MuxOptions.Error) ? text.Append(" Error") : text;
        return (frame.DataLength == 0 ? text : text.Append(' ').Append(frame.DataLength)).ToString();
    }
}
