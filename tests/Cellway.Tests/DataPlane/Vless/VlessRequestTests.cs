using System.Buffers;
using System.Net;
using System.Text;
using Cellway.DataPlane.Vless;
using Cellway.Model.Devices;
using Cellway.Testing;
using CsCheck;

namespace Cellway.Tests.DataPlane.Vless;

public sealed class VlessRequestTests
{
    private const string Id = "00112233445566778899aabbccddeeff";
    private const string ToIPv4 = "00" + Id + "00" + "01" + "01bb" + "01" + "c0000201";
    private const string ToIPv6 = "00" + Id + "00" + "02" + "0035" + "03" + "20010db8000000000000000000000001";
    private const string ToMapped = "00" + Id + "00" + "01" + "0050" + "03" + "00000000000000000000ffff0a000001";
    private const string ToHost = "00" + Id + "00" + "01" + "0050" + "02" + "0b" + "6578616d706c652e6f7267";
    private const string Seed = "00" + Id + "04" + "12020102" + "01" + "01bb" + "01" + "c0000201";
    private const string UnknownFields = "00" + Id + "13" + "18ff01" + "210000000000000000" + "2d00000000" + "0a" + "00" + "01" + "01bb" + "01" + "c0000201";
    private const string Mux = "00" + Id + "00" + "03";

    public static TheoryData<string, string, string?> Valid => new()
    {
        { ToIPv4, "Tcp", "192.0.2.1:443" },
        { ToIPv6, "Udp", "[2001:db8::1]:53" },
        { ToMapped, "Tcp", "10.0.0.1:80" },
        { ToHost, "Tcp", "Unspecified/example.org:80" },
        { Seed, "Tcp", "192.0.2.1:443" },
        { Mux, "Mux", null },
        { HostHeader("127.0.0.1"), "Tcp", "127.0.0.1:80" },
        { HostHeader("[::1]"), "Tcp", "[::1]:80" },
        { HostHeader("2001:db8::2"), "Tcp", "[2001:db8::2]:80" },
        { HostHeader("127.1"), "Tcp", "Unspecified/127.1:80" },
        { HostHeader("1.example_x.org"), "Tcp", "Unspecified/1.example_x.org:80" },
    };

    public static TheoryData<string, string> Captured => new()
    {
        { "tcp-ipv4", "127.0.0.1:17080" },
        { "tcp-ipv6", "[::1]:17080" },
        { "tcp-domain", "Unspecified/localhost:17080" },
        { "tcp-latepayload", "127.0.0.1:17080" },
        { "tcp-serverfirst", "127.0.0.1:17022" },
        { "tcp-unknownuuid", "127.0.0.1:17080" },
        { "tcp-uuid-bytes67", "127.0.0.1:17080" },
        { "tcp-clientclose", "127.0.0.1:17080" },
    };

    [Theory]
    [MemberData(nameof(Valid))]
    public void Read_ValidHeader_HoweverItIsCut(string hex, string command, string? target)
    {
        byte[] payload = [0x16, 0x03, 0x01];
        foreach (var input in Splits.Of([.. Convert.FromHexString(hex), .. payload]))
        {
            Assert.Equal(OperationStatus.Done, VlessRequest.Read(input, out var request, out var consumed, out _));
            Assert.Equal(new RouteId(Convert.FromHexString(Id)), request.Id);
            Assert.Equal(command, request.Command.ToString());
            Assert.Equal(target, request.Target?.ToString());
            Assert.Equal(payload, input.Slice(consumed).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void Read_EveryPrefix_AsksForMoreAndTakesNothing(string hex, string command, string? target)
    {
        _ = (command, target);
        var header = Convert.FromHexString(hex);
        for (var length = 0; length < header.Length; length++)
        {
            var input = new ReadOnlySequence<byte>(header, 0, length);
            Assert.Equal(OperationStatus.NeedMoreData, VlessRequest.Read(input, out _, out var consumed, out _));
            Assert.Equal(length, input.Slice(consumed).Length);
        }
    }

    [Theory]
    [MemberData(nameof(Captured))]
    public void Read_RealClientsBytes_HoweverTheyAreCut(string vector, string target)
    {
        foreach (var input in Splits.Of(Vectors.Read(vector + ".c2s.bin")))
        {
            Assert.Equal(OperationStatus.Done, VlessRequest.Read(input, out var request, out var consumed, out _));
            Assert.Equal((VlessCommand.Tcp, target), (request.Command, request.Target!.ToString()));
            Assert.Equal(input.Slice(1, 16).ToArray(), request.Id.ToArray());
            var payload = Encoding.ASCII.GetString(input.Slice(consumed));
            Assert.True(vector == "tcp-serverfirst" || payload.StartsWith("GET ", StringComparison.Ordinal), payload);
        }
    }

    [Theory]
    [InlineData("16", "Version")]
    [InlineData("474554202f20", "Version")]
    [InlineData("00" + Id + "02" + "0aff", "Addons")] // a length beyond the message
    [InlineData("00" + Id + "01" + "0b", "Addons")] // a group
    [InlineData("00" + Id + "02" + "0001", "Addons")] // field number 0
    [InlineData("00" + Id + "01" + "80", "Addons")] // an unfinished varint
    [InlineData("00" + Id + "12" + "0a1078746c732d727072782d766973696f6e", "Flow")]
    [InlineData("00" + Id + "00" + "04", "Command")]
    [InlineData("00" + Id + "00" + "00", "Command")]
    [InlineData("00" + Id + "00" + "01" + "0000", "Port")]
    [InlineData("00" + Id + "00" + "02" + "0000" + "01" + "c0000201", "Port")]
    [InlineData("00" + Id + "00" + "02" + "0000" + "02" + "01" + "61", "Port")]
    [InlineData("00" + Id + "00" + "01" + "01bb" + "00", "AddressKind")]
    [InlineData("00" + Id + "00" + "01" + "01bb" + "02" + "00", "EmptyHost")]
    [InlineData("00" + Id + "00" + "01" + "01bb" + "02" + "04" + "61206221", "HostName")] // "a b!"
    public void Read_InvalidHeader_NamesTheFault(string hex, string fault)
    {
        var status = VlessRequest.Read(new(Convert.FromHexString(hex)), out _, out _, out var found);

        Assert.Equal((OperationStatus.InvalidData, fault), (status, found.ToString()));
    }

    [Theory]
    [InlineData("sp.packet-addr.v2fly.arpa")]
    [InlineData("SP.v2.udp-over-tcp.arpa")]
    [InlineData("sp.mux.sing-box.arpa")]
    [InlineData("v1.mux.cool")]
    public void Read_MagicHost_LeadsNowhere(string host)
    {
        foreach (var port in (string[])["0050", "0000"]) // sing-box's packetaddr has port 0
        {
            var header = HostHeader(host, "02", port);
            Assert.Equal(OperationStatus.Done, VlessRequest.Read(new(Convert.FromHexString(header)), out var request, out _, out _));
            Assert.Equal(VlessHost.Nowhere, request.Target);
        }
    }

    [Fact]
    public void Read_UnknownAddonFields_AreSkipped()
    {
        var header = Convert.FromHexString(UnknownFields);

        Assert.Equal(OperationStatus.Done, VlessRequest.Read(new(header), out var request, out _, out _));
        Assert.Equal("192.0.2.1:443", request.Target!.ToString());
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows() =>
        Gen.Byte.Array[0, 64].Sample(bytes => { VlessRequest.Read(new([0, .. bytes]), out _, out _, out _); });

    [Fact]
    public void Tcp_IsReadBack()
    {
        var id = Convert.FromHexString(Id);
        foreach (EndPoint target in new EndPoint[] { new IPEndPoint(IPAddress.IPv6Loopback, 1), new IPEndPoint(IPAddress.Loopback, 65535), new DnsEndPoint("a.b", 80) })
        {
            Assert.Equal(OperationStatus.Done, VlessRequest.Read(new(VlessHeader.Tcp(id, target)), out var request, out _, out _));
            Assert.Equal(target, request.Target);
        }
    }

    private static string HostHeader(string host, string command = "01", string port = "0050") =>
        "00" + Id + "00" + command + port + "02" + host.Length.ToString("x2", null) + Convert.ToHexString(Encoding.ASCII.GetBytes(host));
}
