using Cellway.Cli.Client;

namespace Cellway.Tests.Cli.Client;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("1080", "127.0.0.1:1080")]
    [InlineData("localhost:0", "127.0.0.1:0")]
    [InlineData("127.0.0.1:1080", "127.0.0.1:1080")]
    [InlineData("0.0.0.0:1", "0.0.0.0:1")]
    [InlineData("[::1]:1080", "[::1]:1080")]
    public void TryParse_Address_IsRead(string text, string expected)
    {
        Assert.True(ListenAddress.TryParse(text, out var endpoint));
        Assert.Equal(expected, endpoint.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:x")]
    [InlineData("127.0.0.1:70000")]
    [InlineData("*:1080")]
    [InlineData(":1080")]
    [InlineData("::1:1080")]
    [InlineData("example.org:1080")]
    public void TryParse_AnythingElse_IsNot(string text) => Assert.False(ListenAddress.TryParse(text, out _));
}
