using System.Net;
using System.Net.Sockets;
using Cellway.DataPlane.Dialing;

namespace Cellway.Tests.DataPlane.Dialing;

public sealed class DialerTests
{
    [Theory]
    [InlineData("127.0.0.1", null)]
    [InlineData(null, "::1")]
    [InlineData("10.0.0.1", "fd00::1")]
    [InlineData("169.254.169.254", "64:ff9b::a9fe:a9fe")]
    public async Task Connect_NameThatLeadsInside_IsDenied(string? v4, string? v6)
    {
        var dialer = new Dialer(new(new(), []), new FixedResolver(v4, v6), TimeSpan.FromSeconds(5), TimeProvider.System);

        var result = await dialer.ConnectAsync(new DnsEndPoint("rebind.example", 80), TestContext.Current.CancellationToken);

        Assert.Equal(DialStatus.Denied, result.Status);
    }

    [Fact]
    public async Task Connect_NameWithoutAddress_IsUnresolved()
    {
        var dialer = new Dialer(new(new(), []), new FixedResolver(null, null), TimeSpan.FromSeconds(5), TimeProvider.System);

        var result = await dialer.ConnectAsync(new DnsEndPoint("nobody.example", 80), TestContext.Current.CancellationToken);

        Assert.Equal(DialStatus.Unresolved, result.Status);
    }

    private sealed class FixedResolver(string? v4, string? v6) : IHostResolver
    {
        public Task<IPAddress[]> ResolveAsync(string host, AddressFamily family, CancellationToken cancellationToken) =>
            Task.FromResult<IPAddress[]>((family == AddressFamily.InterNetwork ? v4 : v6) is { } text ? [IPAddress.Parse(text)] : []);
    }
}
