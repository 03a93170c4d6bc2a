using System.Net.Sockets;
using Cellway.Node.Enrollment;
using Grpc.Core;

namespace Cellway.Tests.Node;

public sealed class UnreachableTests
{
    [Theory]
    [InlineData("192.0.2.1:7443", "no IPv4 way", "an IPv6 address")]
    [InlineData("[2001:db8::1]:7443", "no IPv6 way", "an IPv4 address")]
    [InlineData("management.example.org:7443", "no matching way", "another address")]
    public void Explain_NoRoute_NamesTheKindOfAddressThatWouldDo(string endpoint, string says, string asks)
    {
        var line = Unreachable.Explain(endpoint, Failure(SocketError.NetworkUnreachable), out var noWay);

        Assert.True(noWay);
        Assert.Contains(says, line, StringComparison.Ordinal);
        Assert.Contains(asks, line, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_Refused_MayPass()
    {
        Assert.Contains("check that it runs", Unreachable.Explain("192.0.2.1:7443", Failure(SocketError.ConnectionRefused), out var noWay), StringComparison.Ordinal);
        Assert.False(noWay);
    }

    private static RpcException Failure(SocketError error) =>
        new(new(StatusCode.Unavailable, "x", new HttpRequestException("y", new SocketException((int)error))));
}
