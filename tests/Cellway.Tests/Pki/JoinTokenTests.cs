using Cellway.Model.Cells;
using System.Buffers.Text;
using System.Security.Cryptography;
using Cellway.Model.Identities;
using Cellway.Pki.Requesting;

namespace Cellway.Tests.Pki;

public sealed class JoinTokenTests
{
    private static readonly Hash256 Pin = Hash256.Of("root"u8);

    [Theory]
    [InlineData("127.0.0.1:8443")]
    [InlineData("management.example:443", "[2001:db8::1]:8443")]
    [InlineData("a:1", "b:2", "c:3", "d:4", "e:5", "f:6", "g:7", "localhost:65535")]
    public void TryParse_WhatReveals_IsTheSame(params string[] endpoints)
    {
        var token = JoinToken.New(endpoints, Pin);
        Assert.True(JoinToken.TryParse(token.Reveal(), out var again, out var fault));
        Assert.Equal(JoinTokenFault.None, fault);
        Assert.Equal(endpoints, again.Endpoints);
        Assert.Equal(token.Id, again.Id);
        Assert.Equal(token.Secret, again.Secret);
        Assert.Equal(Pin, again.RootKeyHash);
        Assert.Equal(Hash256.Of(token.Secret), again.SecretHash());
        Assert.StartsWith("cw1_", token.Reveal(), StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_CutAnywhere_IsNeverAccepted()
    {
        var text = JoinToken.New(["127.0.0.1:8443", "m.example:443"], Pin).Reveal();
        for (var cut = 0; cut < text.Length; cut++)
        {
            Refused(text[..cut], cut == 0 ? JoinTokenFault.Empty : cut < 4 ? JoinTokenFault.NotAToken : JoinTokenFault.Damaged);
        }
    }

    [Fact]
    public void TryParse_AnyOtherCharacterAnywhere_IsNeverAccepted()
    {
        var text = JoinToken.New(["127.0.0.1:8443"], Pin).Reveal();
        for (var i = 4; i < text.Length; i++)
        {
            foreach (var c in "Aa0-_ =+/\n")
            {
                if (c != text[i])
                {
                    Refused($"{text[..i]}{c}{text[(i + 1)..]}", JoinTokenFault.Damaged);
                }
            }
        }
    }

    [Fact]
    public void TryParse_AnyBitOfThePayloadFlipped_IsNeverAccepted()
    {
        var payload = Base64Url.DecodeFromChars(JoinToken.New(["127.0.0.1:8443"], Pin).Reveal().AsSpan(4));
        for (var bit = 0; bit < payload.Length * 8; bit++)
        {
            var bad = payload.ToArray();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Refused("cw1_" + Base64Url.EncodeToString(bad), JoinTokenFault.Damaged);
        }
    }

    [Fact]
    public void TryParse_AnotherSpellingOfTheSameBits_IsNotCanonical()
    {
        var text = JoinToken.New(["127.0.0.1:8443"], Pin).Reveal();
        Refused(text + "=", JoinTokenFault.Damaged);
        Refused(text + "==", JoinTokenFault.Damaged);
        Refused(text + "\n", JoinTokenFault.Damaged);
        Refused(text + "A", JoinTokenFault.Damaged);
        Refused(text.Insert(20, " "), JoinTokenFault.Damaged);
    }

    [Theory]
    [InlineData(null, JoinTokenFault.Empty)]
    [InlineData("", JoinTokenFault.Empty)]
    [InlineData("hello", JoinTokenFault.NotAToken)]
    [InlineData("CW1_AAAA", JoinTokenFault.NotAToken)]
    [InlineData("cwx_AAAA", JoinTokenFault.NotAToken)]
    [InlineData("cw2_AAAA", JoinTokenFault.UnknownVersion)]
    [InlineData("cw1_", JoinTokenFault.Damaged)]
    [InlineData("cw1_!", JoinTokenFault.Damaged)]
    public void TryParse_Other_SaysWhat(string? text, JoinTokenFault expected) => Refused(text, expected);

    [Fact]
    public void TryParse_RightChecksumOverWrongContent_IsNeverAccepted()
    {
        byte[] head = [.. new byte[80]];
        byte[][] tails =
        [
            [], [0], [1], [1, 5, 1], [9, .. Enumerable.Repeat<byte[]>([3, (byte)'a', (byte)':', (byte)'1'], 9).SelectMany(x => x)],
            [1, 3, (byte)'a', (byte)'b', (byte)'c'], [1, 3, (byte)'a', (byte)':', (byte)'1', 0], [1, 0],
        ];
        foreach (var tail in tails)
        {
            byte[] content = [.. head, .. tail];
            Refused("cw1_" + Base64Url.EncodeToString([.. content, .. SHA256.HashData(content)[..4]]), JoinTokenFault.Damaged);
        }
    }

    [Fact]
    public void TryParse_LongerThanTheLimit_IsRefused() => Refused("cw1_" + new string('A', 100_000), JoinTokenFault.Damaged);

    [Fact]
    public void New_TooManyTooLongOrMalformedEndpoints_Throws()
    {
        var name = string.Join('.', Enumerable.Repeat(new string('a', 60), 4));
        Assert.Throws<ArgumentException>(() => JoinToken.New([], Pin));
        Assert.Throws<ArgumentException>(() => JoinToken.New(Enumerable.Repeat("a:1", 9), Pin));
        Assert.Throws<ArgumentException>(() => JoinToken.New(Enumerable.Repeat($"{name}:443", 8), Pin));
        Assert.Throws<ArgumentException>(() => JoinToken.New(["https://a:1"], Pin));
    }

    [Fact]
    public void ToString_Always_HidesTheSecret()
    {
        var token = JoinToken.New(["a:1"], Pin);
        Assert.Equal("JoinToken(…)", $"{token}");
    }

    [Theory]
    [InlineData("a:1", true)]
    [InlineData("10.0.0.1:443", true)]
    [InlineData("[::1]:443", true)]
    [InlineData("m.example.org:65535", true)]
    [InlineData("::1:443", false)]
    [InlineData("[10.0.0.1]:443", false)]
    [InlineData("a:0", false)]
    [InlineData("a:65536", false)]
    [InlineData("a:+1", false)]
    [InlineData("a: 1", false)]
    [InlineData(":1", false)]
    [InlineData("a", false)]
    [InlineData("A:1", false)]
    [InlineData("a/b:1", false)]
    [InlineData("user@a:1", false)]
    [InlineData("a..b:1", false)]
    public void HostPort_Text_IsReadOrRefused(string text, bool valid)
    {
        Assert.Equal(valid, HostPort.TryParse(text, out var endpoint));
        Assert.Equal(valid ? text : "", valid ? endpoint.ToString() : "");
    }

    private static void Refused(string? text, JoinTokenFault expected)
    {
        Assert.False(JoinToken.TryParse(text, out var token, out var fault), text);
        Assert.Null(token);
        Assert.Equal(expected, fault);
        Assert.NotEqual("", fault.Describe());
    }
}
