using System.Buffers;
using Cellway.Cli.Client.Proxy;
using Cellway.Testing;
using CsCheck;

namespace Cellway.Tests.Cli.Client;

public sealed class SocksTests
{
    private static readonly byte[] s_payload = [0x16, 0x03, 0x01]; // belongs to the tunnel

    //                            ver cmd rsv kind
    private const string ToIPv4 = "05010001" + "c0000201" + "01bb";
    private const string ToIPv6 = "05010004" + "20010db8000000000000000000000001" + "0050";
    private const string ToName = "05010003" + "0b" + "6578616d706c652e6f7267" + "0050";
    private const string ToAddressAsName = "05010003" + "09" + "3132372e302e302e31" + "0050";
    private const string ToV6AsName = "05010003" + "03" + "3a3a31" + "0050";

    public static TheoryData<string, string> Requests => new()
    {
        { ToIPv4, "192.0.2.1:443" },
        { ToIPv6, "[2001:db8::1]:80" },
        { ToName, "Unspecified/example.org:80" },
        { ToAddressAsName, "127.0.0.1:80" },
        { ToV6AsName, "[::1]:80" },
    };

    [Theory]
    [InlineData("050100", true)]
    [InlineData("0503020100", true)]
    [InlineData("050102", false)]
    public void Greeting_HoweverItIsCut(string hex, bool offersNone)
    {
        byte[] greeting = Convert.FromHexString(hex);
        foreach (var input in Splits.Of([.. greeting, .. s_payload]))
        {
            Assert.Equal(OperationStatus.Done, SocksGreeting.Read(input, out var read, out var consumed, out _));
            Assert.Equal(offersNone, read.OffersNoAuthentication);
            Assert.Equal(s_payload, input.Slice(consumed).ToArray());
        }

        for (var length = 0; length < greeting.Length; length++)
        {
            foreach (var input in Splits.Of(greeting[..length]))
            {
                Assert.Equal(OperationStatus.NeedMoreData, SocksGreeting.Read(input, out _, out var consumed, out _));
                Assert.Equal(length, input.Slice(consumed).Length);
            }
        }
    }

    [Theory]
    [InlineData("04", "Version")]
    [InlineData("0500", "NoMethods")]
    public void Greeting_Junk_NamesTheFault(string hex, string fault)
    {
        Assert.Equal(OperationStatus.InvalidData, SocksGreeting.Read(new(Convert.FromHexString(hex)), out _, out _, out var found));
        Assert.Equal(fault, found.ToString());
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void Request_HoweverItIsCut(string hex, string destination)
    {
        byte[] request = Convert.FromHexString(hex);
        foreach (var input in Splits.Of([.. request, .. s_payload]))
        {
            Assert.Equal(OperationStatus.Done, SocksRequest.Read(input, out var read, out var consumed, out _));
            Assert.Equal(destination, read.Destination.ToString());
            Assert.Equal(s_payload, input.Slice(consumed).ToArray());
        }

        for (var length = 0; length < request.Length; length++)
        {
            foreach (var input in Splits.Of(request[..length]))
            {
                Assert.Equal(OperationStatus.NeedMoreData, SocksRequest.Read(input, out _, out var consumed, out _));
                Assert.Equal(length, input.Slice(consumed).Length);
            }
        }
    }

    [Theory]
    [InlineData("04", "Version", 1)]
    [InlineData("0502", "Command", 7)]
    [InlineData("0503", "Command", 7)]
    [InlineData("0509", "Command", 7)]
    [InlineData("05010002", "AddressKind", 8)]
    [InlineData("0501000300", "Host", 1)]
    [InlineData("05010003" + "03" + "612062", "Host", 1)]
    [InlineData("05010003" + "03" + "610a62", "Host", 1)]
    [InlineData("05010001" + "c0000201" + "0000", "Port", 1)]
    public void Request_Junk_IsToldAtTheByteThatProvesIt(string hex, string fault, byte code)
    {
        var bytes = Convert.FromHexString(hex);

        Assert.Equal(OperationStatus.InvalidData, SocksRequest.Read(new(bytes), out _, out _, out var found));
        Assert.Equal(fault, found.ToString());
        Assert.Equal(code, SocksReply.To(found).Span[1]);
        Assert.Equal(OperationStatus.NeedMoreData, SocksRequest.Read(new(bytes[..^1]), out _, out _, out _));
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        SocksGreeting.Read(new(bytes), out _, out _, out _);
        SocksRequest.Read(new([5, 1, 0, .. bytes]), out _, out _, out _);
    });
}
