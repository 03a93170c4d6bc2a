using System.Text;
using Cellway.Cli.Client.Links;
using CsCheck;

namespace Cellway.Tests.Cli.Client;

public sealed class LinkListBodyTests
{
    private const string One = "vless://a3482e88-686a-4a58-8126-99c9df64b7bf@a.example.com:443?security=tls&type=grpc&serviceName=x#1";
    private const string Two = "vless://a3482e88-686a-4a58-8126-99c9df64b7bf@b.example.com:443?security=tls&type=grpc&serviceName=x#2~~~???";

    private static string Encoded => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{One}\n{Two}"));

    public static TheoryData<string> Forms =>
    [
        $"{One}\n{Two}",
        $"\uFEFF#profile-title: x\r\n\r\n{One}\r\n{Two}\r\n",
        $"{One}\n{Two}\n{One}",
        Encoded,
        Encoded + "\n",
        Encoded.TrimEnd('='),
        Encoded.Replace('+', '-').Replace('/', '_'),
        string.Join("\r\n", Encoded.Chunk(76).Select(c => new string(c))),
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Read_EveryFormInUse_GivesBothLinksInOrder(string body)
    {
        var list = LinkListBody.Read(Encoding.UTF8.GetBytes(body));

        Assert.Equal(["1", "2~~~???"], list.Links.Select(l => l.Name));
        Assert.Empty(list.Skipped);
    }

    [Fact]
    public void Read_LinksOfOtherKinds_AreSkippedWithTheirReasons()
    {
        var list = LinkListBody.Read(Encoding.UTF8.GetBytes($"vmess://x\n{One}\n{Two.Replace("grpc", "ws", StringComparison.Ordinal)}"));

        Assert.Single(list.Links);
        Assert.Equal([ShareLinkFault.NotVless, ShareLinkFault.UnsupportedTransport], list.Skipped);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \r\n")]
    public void Read_Nothing_IsEmpty(string body)
    {
        var list = LinkListBody.Read(Encoding.UTF8.GetBytes(body));

        Assert.Empty(list.Links);
        Assert.Empty(list.Skipped);
    }

    [Theory]
    [InlineData("<!doctype html>", true)]
    [InlineData("\uFEFF \r\n<html>", true)]
    [InlineData(One, false)]
    [InlineData("", false)]
    public void IsWebPage_KnowsOne(string body, bool expected) => Assert.Equal(expected, LinkListBody.IsWebPage(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Read_AnyBytes_NeverThrows() => Gen.Byte.Array[0, 200].Sample(b => { LinkListBody.Read(b); });
}
