using System.Net;
using Cellway.DataPlane.Dialing;

namespace Cellway.Tests.DataPlane.Dialing;

public sealed class ExitPolicyTests
{
    private static readonly ExitPolicy s_default = new(new(), [IPAddress.Parse("8.8.4.4"), IPAddress.Parse("::ffff:8.8.4.5")]);

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("8.8.8.8")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("64:ff9b::101:101")]
    [InlineData("2002:101:101::1")]
    public void Check_OpenInternet_IsAllowed(string address) =>
        Assert.Equal(ExitVerdict.Allowed, s_default.Check(IPAddress.Parse(address), 443));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.100.100.200")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]
    [InlineData("192.0.2.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("8.8.4.4")] // the Core's own
    [InlineData("8.8.4.5")] // the Core's own
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:a00:1::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2606:4700::5efe:10.0.0.1")]
    [InlineData("2001:0:1::1")]
    [InlineData("2001:2::1")]
    [InlineData("2001:db8::1")]
    [InlineData("3fff::1")]
    [InlineData("100::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void Check_AnythingElse_IsDenied(string address) =>
        Assert.Equal(ExitVerdict.DeniedAddress, s_default.Check(IPAddress.Parse(address), 443));

    [Theory]
    [InlineData(25)]
    [InlineData(0)]
    [InlineData(6881)]
    public void Check_ClosedPort_IsDenied(int port) =>
        Assert.Equal(ExitVerdict.DeniedPort, new ExitPolicy(new() { DenyPorts = [6881] }, []).Check(IPAddress.Parse("1.1.1.1"), port));

    [Theory]
    [InlineData("127.0.0.1", ExitVerdict.Allowed)]
    [InlineData("::ffff:127.0.0.1", ExitVerdict.Allowed)]
    [InlineData("127.0.0.66", ExitVerdict.DeniedAddress)] // denying is stronger than allowing
    [InlineData("10.0.0.1", ExitVerdict.DeniedAddress)]
    [InlineData("1.1.1.1", ExitVerdict.DeniedAddress)]
    [InlineData("64:ff9b::101:101", ExitVerdict.DeniedAddress)]
    public void Check_OperatorsRanges_AreObeyed(string address, ExitVerdict verdict)
    {
        var policy = new ExitPolicy(
            new()
            {
                AllowRanges = [IPNetwork.Parse("127.0.0.0/8")],
                DenyRanges = [IPNetwork.Parse("127.0.0.66/32"), IPNetwork.Parse("1.1.1.0/24")],
            },
            [IPAddress.Loopback]);

        Assert.Equal(verdict, policy.Check(IPAddress.Parse(address), 443));
    }
}
