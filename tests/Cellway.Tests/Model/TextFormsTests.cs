using Cellway.Model.Cells;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using CsCheck;

namespace Cellway.Tests.Model;

public sealed class TextFormsTests
{
    [Theory]
    [InlineData("a.example:443", "a.example", 443)]
    [InlineData("localhost:1", "localhost", 1)]
    [InlineData("management:7443", "management", 7443)]
    [InlineData("192.0.2.1:65535", "192.0.2.1", 65535)]
    [InlineData("[2001:db8::1]:8443", "2001:db8::1", 8443)]
    public void HostPort_OneForm_ReadAndWritten(string text, string host, int port)
    {
        Assert.True(HostPort.TryParse(text, out var read));
        Assert.Equal(new HostPort(host, port), read);
        Assert.Equal(text, read.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":443")]
    [InlineData("a.example")]
    [InlineData("a.example:")]
    [InlineData("a.example:0")]
    [InlineData("a.example:0443")]
    [InlineData("a.example:65536")]
    [InlineData("a.example:+443")]
    [InlineData("a.example: 443")]
    [InlineData("A.example:443")]
    [InlineData("a_b.example:443")]
    [InlineData("1:443")]
    [InlineData("127.1:443")]
    [InlineData("1.2.3:443")]
    [InlineData("1.2.3.256:443")]
    [InlineData("01.2.3.4:443")]
    [InlineData("0x7f000001:443")]
    [InlineData("2001:db8::1:443")]
    [InlineData("[192.0.2.1]:443")]
    [InlineData("[fe80::1%1]:443")]
    [InlineData("[]:443")]
    [InlineData("[:443")]
    public void HostPort_AnyOther_Refused(string? text) => Assert.False(HostPort.TryParse(text, out _));

    [Theory]
    [InlineData("a", true)]
    [InlineData("a-1", true)]
    [InlineData("1", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("A", false)]
    [InlineData("a.b", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("ж", false)]
    public void IsId_OneAlphabet(string? text, bool expected) => Assert.Equal(expected, Names.IsId(text));

    [Fact]
    public void IsId_Length_At63()
    {
        Assert.True(Names.IsId(new string('a', 63)));
        Assert.False(Names.IsId(new string('a', 64)));
    }

    [Theory]
    [InlineData("a.b", true)]
    [InlineData("1.example", true)]
    [InlineData("xn--e1afmkfd.example", true)]
    [InlineData("example", false)]
    [InlineData("a..b", false)]
    [InlineData(".a.b", false)]
    [InlineData("a.b.", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("a.1", false)]
    public void IsDomain_LowerCaseLabels(string text, bool expected) => Assert.Equal(expected, Names.IsDomain(text));

    [Fact]
    public void NewId_Many_AreIdsAndDiffer()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => Names.NewId()).ToList();

        Assert.All(ids, id => Assert.True(Names.IsId(id)));
        Assert.Equal(1000, ids.Distinct().Count());
    }

    [Fact]
    public void Identity_EveryRole_ReadAndWritten()
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            var identity = new Identity("net", role, "id-1");
            Assert.Equal($"cellway://net/{role.ToString().ToLowerInvariant()}/id-1", identity.ToString());
            Assert.True(Identity.TryParse(identity.ToString(), out var read));
            Assert.Equal(identity, read);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cellway://net/core")]
    [InlineData("cellway://net/core/")]
    [InlineData("cellway://net/core/id/")]
    [InlineData("cellway://net/core/id/more")]
    [InlineData("cellway://net/core/id?x")]
    [InlineData("cellway://net/core/%69d")]
    [InlineData("cellway://net/Core/id")]
    [InlineData("cellway://NET/core/id")]
    [InlineData("cellway://net/2/id")]
    [InlineData("cellway://net:1/core/id")]
    [InlineData("cellway://me@net/core/id")]
    [InlineData("CELLWAY://net/core/id")]
    [InlineData("spiffe://net/core/id")]
    [InlineData(" cellway://net/core/id")]
    public void Identity_AnyOther_Refused(string? text) => Assert.False(Identity.TryParse(text, out _));

    [Fact]
    public void SubscriptionToken_OneText_ReadAndWrittenAndHidden()
    {
        var token = SubscriptionToken.New();
        Assert.True(SubscriptionToken.TryParse(token.Reveal(), out var read));
        Assert.Equal(token.Hash(), read.Hash());
        Assert.Equal(27, token.Reveal().Length);
        Assert.DoesNotContain(token.Reveal(), $"{token}{VlessId.Of(token)}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREh")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMA")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhN")] // other bits after the last byte
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREh=")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREh+")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREh ")]
    public void SubscriptionToken_AnyOther_Refused(string? text) => Assert.False(SubscriptionToken.TryParse(text, out _));

    [Fact]
    public void VlessId_Hash_IgnoresBytesSixAndSevenAndNoOther()
    {
        Assert.True(SubscriptionToken.TryParse("AAECAwQFBgcICQoLDA0ODxAREhM", out var token));
        var id = VlessId.Of(token);
        var bytes = Convert.FromHexString(id.Reveal().Replace("-", "", StringComparison.Ordinal)); // the order of the text (wire.md 1.2)

        Assert.Equal(id.Hash(), VlessId.HashOf(bytes));
        Assert.Equal((4, 2), (bytes[6] >> 4, bytes[8] >> 6));
        for (var i = 0; i < 16; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;
            Assert.Equal(i is 6 or 7, VlessId.HashOf(changed) == id.Hash());
        }
    }

    [Fact]
    public void VlessId_OfTokens_StableAndDifferent() => Gen.Byte.Array[20].Sample(bytes =>
    {
        var text = System.Buffers.Text.Base64Url.EncodeToString(bytes);
        Assert.True(SubscriptionToken.TryParse(text, out var token));
        Assert.True(SubscriptionToken.TryParse(text, out var again));
        Assert.Equal(VlessId.Of(token), VlessId.Of(again));
        Assert.NotEqual(VlessId.Of(token), VlessId.Of(SubscriptionToken.New()));
    });
}
