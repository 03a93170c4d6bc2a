using System.Buffers.Binary;
using System.Net;
using Cellway.Cli.Client.Links;
using CsCheck;

namespace Cellway.Tests.Cli.Client;

public sealed class ShareLinkTests
{
    private const string Id = "a3482e88-686a-4a58-8126-99c9df64b7bf";
    private const string Query = "encryption=none&security=tls&sni=a.example.com&fp=chrome&alpn=h2&type=grpc&serviceName=api.v1.Feed&mode=gun";
    private const string Canonical = $"vless://{Id}@a.example.com:443?{Query}#NL%20%E2%80%94%20node%201";

    [Fact]
    public void Parse_CanonicalLink_ReadsEveryPart()
    {
        var link = Parsed(Canonical);

        Assert.Equal(new DnsEndPoint("a.example.com", 443), link.Server);
        Assert.Equal("a.example.com", link.ServerName);
        Assert.Equal("api.v1.Feed", link.ServiceName);
        Assert.Equal("NL — node 1", link.Name);
        Assert.Equal("a3482e88686a4a58812699c9df64b7bf", Hex(link.Id)); // the order of the text, not .NET's
    }

    [Theory]
    [InlineData("example", "feb54431301b52bba6dde1e93e81bb9e")]
    [InlineData("%E6%88%91%E7%88%B1%F0%9F%8D%89%E8%80%81%E5%B8%881314", "5783a3e7e37351cd8642c83782b807c5")]
    [InlineData("a", "35b65f33a6795e76af3c273ea349ede4")]
    [InlineData("a3482e88686a4a58812699c9df64b7bf", "a3482e88686a4a58812699c9df64b7bf")]
    public void Parse_OtherFormsOfId_MapAsXrayDoes(string id, string expected) =>
        Assert.Equal(expected, Hex(Parsed(Canonical.Replace(Id, id, StringComparison.Ordinal)).Id));

    [Theory]
    [InlineData("192.0.2.1:8443", "192.0.2.1:8443", "192.0.2.1")]
    [InlineData("[2001:db8::1]:443", "[2001:db8::1]:443", "2001:db8::1")]
    [InlineData("b.example.org:443/", "Unspecified/b.example.org:443", "b.example.org")]
    public void Parse_NoSni_TakesTheHost(string authority, string server, string serverName)
    {
        var link = Parsed($"vless://{Id}@{authority}?security=tls&type=grpc&serviceName=s%2Ex");

        Assert.Equal(server, link.Server.ToString());
        Assert.Equal(serverName, link.ServerName);
        Assert.Equal("s.x", link.ServiceName);
        Assert.Equal(serverName, link.Name);
    }

    [Fact]
    public void Parse_PlusSign_StaysOne() => Assert.Equal("a+b", Parsed(Canonical.Replace("NL%20%E2%80%94%20node%201", "a+b", StringComparison.Ordinal)).Name);

    [Fact]
    public void Parse_DuplicateKey_FirstWins() => Assert.Equal("api.v1.Feed", Parsed(Canonical.Replace("&mode=gun", "&serviceName=other", StringComparison.Ordinal)).ServiceName);

    [Fact]
    public void Parse_NameThatPlaysWithTheTerminal_IsTamed() =>
        Assert.Equal("a[31mb", Parsed(Canonical.Replace("NL%20%E2%80%94%20node%201", "a%1B%5B31m%0D%0A%E2%80%AEb", StringComparison.Ordinal)).Name);

    [Theory]
    [InlineData("", "NotVless")]
    [InlineData("vmess://abc", "NotVless")]
    [InlineData("vless://", "Malformed")]
    [InlineData("vless://a.example.com:443?" + Query, "Malformed")]
    [InlineData("vless://" + Id + "@a.example.com:443?" + Query + "#100%", "BadEscape")]
    [InlineData("vless://" + Id + "@a.example.com:443?" + Query + "&x=%zz", "BadEscape")]
    [InlineData("vless://a3482e88-686a-4a58-8126-99c9df64b7b@a.example.com:443?" + Query, "BadId")]
    [InlineData("vless://@a.example.com:443?" + Query, "BadId")]
    [InlineData("vless://" + Id + "@a.example.com?" + Query, "BadPort")]
    [InlineData("vless://" + Id + "@a.example.com:0?" + Query, "BadPort")]
    [InlineData("vless://" + Id + "@a.example.com:65536?" + Query, "BadPort")]
    [InlineData("vless://" + Id + "@a.example.com:-1?" + Query, "BadPort")]
    [InlineData("vless://" + Id + "@[2001:db8::1]?" + Query, "BadPort")]
    [InlineData("vless://" + Id + "@:443?" + Query, "BadHost")]
    [InlineData("vless://" + Id + "@[nonsense]:443?" + Query, "BadHost")]
    [InlineData("vless://" + Id + "@a b:443?" + Query, "BadHost")]
    [InlineData("vless://" + Id + "@a.example.com:443", "UnsupportedSecurity")]
    [InlineData("vless://" + Id + "@a.example.com:443?security=reality&type=grpc&serviceName=x", "UnsupportedSecurity")]
    [InlineData("vless://" + Id + "@a.example.com:443?security=tls", "UnsupportedTransport")]
    [InlineData("vless://" + Id + "@a.example.com:443?security=tls&type=ws&path=%2F", "UnsupportedTransport")]
    [InlineData("vless://" + Id + "@a.example.com:443?security=tls&type=grpc&serviceName=x&encryption=mlkem768x25519plus.x", "UnsupportedEncryption")]
    [InlineData("vless://" + Id + "@a.example.com:443?security=tls&type=grpc&serviceName=x&flow=xtls-rprx-vision", "UnsupportedFlow")]
    [InlineData("vless://" + Id + "@a.example.com:443?security=tls&type=grpc", "BadServiceName")]
    [InlineData("vless://" + Id + "@a.example.com:443?security=tls&type=grpc&serviceName=%2Fa%2Fb", "BadServiceName")]
    [InlineData("vless://" + Id + "@a.example.com:443?security=tls&type=grpc&serviceName=a%0D%0Ab", "BadServiceName")]
    [InlineData("vless://" + Id + "@a.example.com:443?security=tls&type=grpc&serviceName=x&sni=a%0Ab", "BadHost")]
    public void Parse_UnusableLink_NamesTheFault(string text, string fault)
    {
        var found = ShareLink.Parse(text, out var link);

        Assert.Equal(fault, found.ToString());
        Assert.Null(link);
        Assert.NotEmpty(found.Describe());
    }

    [Fact]
    public void Parse_LinkCutAnywhere_NeverThrowsAndNeverInventsAnotherServer()
    {
        for (var length = 0; length < Canonical.Length; length++)
        {
            if (ShareLink.Parse(Canonical[..length], out var link) is ShareLinkFault.None)
            {
                Assert.Equal(new DnsEndPoint("a.example.com", 443), link!.Server);
            }
        }
    }

    [Fact]
    public void Parse_AnyText_NeverThrows() =>
        Gen.Select(Gen.String, Gen.String, Gen.String).Sample((a, b, c) => { ShareLink.Parse($"vless://{a}@{b}?{c}", out _); });

    [Fact]
    public void ToString_NeverShowsTheId() => Assert.DoesNotContain("a3482e88", Parsed(Canonical).ToString(), StringComparison.Ordinal);

    internal static ShareLink Parsed(string text)
    {
        Assert.Equal(ShareLinkFault.None, ShareLink.Parse(text, out var link));
        return link!;
    }

    private static string Hex(UInt128 id)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id);
        return Convert.ToHexStringLower(bytes);
    }
}
