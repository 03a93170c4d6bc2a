using System.Net;
using Cellway.DataPlane.Tunnel.Entry;
using Cellway.Model.Identities;

namespace Cellway.Tests.DataPlane.Tunnel;

public sealed class DeviceAddressesTests
{
    private static readonly Hash256 s_device = Hash256.Of([1]);
    private static readonly IPAddress s_home = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress s_phone = IPAddress.Parse("192.0.2.2");
    private static readonly IPAddress s_other = IPAddress.Parse("2001:db8::3");

    private readonly DeviceAddresses _addresses = new();

    [Fact]
    public void TryEnter_MoreAddressesThanAllowed_OnlyOnceOneIsGone()
    {
        Assert.True(_addresses.TryEnter(s_device, s_home, 2, out var first));
        Assert.True(_addresses.TryEnter(s_device, s_home, 2, out var second));
        Assert.True(_addresses.TryEnter(s_device, s_phone, 2, out _));
        Assert.False(_addresses.TryEnter(s_device, s_other, 2, out var refused));
        Assert.Null(refused);
        Assert.True(_addresses.TryEnter(Hash256.Of([2]), s_other, 2, out _)); // another device

        first!();
        Assert.False(_addresses.TryEnter(s_device, s_other, 2, out _)); // the second session is still there
        second!();
        Assert.True(_addresses.TryEnter(s_device, s_other, 2, out _));
        Assert.False(_addresses.TryEnter(s_device, s_home, 2, out _));
    }

    [Fact]
    public void TryEnter_NoLimit_NothingIsCounted()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.True(_addresses.TryEnter(s_device, new IPAddress(i), 0, out var leave));
            Assert.Null(leave);
        }
    }
}
