using System.Net;
using Cellway.Cli.Client;
using Cellway.Cli.Client.Proxy;

namespace Cellway.IntegrationTests.Cli.Client;

public sealed class ProxyServerBindTests
{
    [Fact]
    public void Bind_AddressOfOthersUnlessAllowed_IsRefused()
    {
        var e = Assert.Throws<ConnectException>(() => ProxyServer.Bind(new(IPAddress.Any, 0), allowOthers: false));

        Assert.Contains("--listen", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_IPv6Loopback_TakesAFreePort()
    {
        using var listener = ProxyServer.Bind(new(IPAddress.IPv6Loopback, 0), allowOthers: false);

        Assert.NotEqual(0, ((IPEndPoint)listener.LocalEndPoint!).Port);
    }

    [Fact]
    public void Bind_AddressOfAnotherMachine_SaysSo()
    {
        var e = Assert.Throws<ConnectException>(() => ProxyServer.Bind(IPEndPoint.Parse("192.0.2.1:0"), allowOthers: true));

        Assert.Contains("no address 192.0.2.1", e.Message, StringComparison.Ordinal);
    }
}
