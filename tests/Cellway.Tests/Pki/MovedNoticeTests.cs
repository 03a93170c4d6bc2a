using Cellway.Pki.Issuing;
using Cellway.Pki.Trust;

namespace Cellway.Tests.Pki;

public sealed class MovedNoticeTests
{
    private static readonly MovedNotice s_notice = new("net", 1_800_000_000, ["192.0.2.1:7443", "manage.example:7443"]);

    [Fact]
    public void Read_SignedByTheRoot_IsWhatWasWritten()
    {
        using var root = RootAuthority.Create(TimeProvider.System);
        using var newer = RootAuthority.Create(TimeProvider.System);
        var file = s_notice.Write((purpose, content) => [newer.Sign(purpose, content), root.Sign(purpose, content)]);

        Assert.Equal(s_notice.Management, MovedNotice.Read(file, "net", [root.Certificate])!.Management);
        Assert.Equal(s_notice.SignedAt, MovedNotice.Read(file, "net", [newer.Certificate])!.SignedAt);
    }

    [Fact]
    public void Read_SignedBySomebodyElseOrForAnotherNetworkOrChanged_IsNothing()
    {
        using var root = RootAuthority.Create(TimeProvider.System);
        using var other = RootAuthority.Create(TimeProvider.System);
        var file = s_notice.Write((purpose, content) => [root.Sign(purpose, content)]);

        Assert.Null(MovedNotice.Read(file, "net", [other.Certificate]));
        Assert.Null(MovedNotice.Read(file, "another", [root.Certificate]));
        Assert.Null(MovedNotice.Read(s_notice.Write((_, content) => [root.Sign("cellway trust", content)]), "net", [root.Certificate]));
        Assert.Null(MovedNotice.Read((s_notice with { Management = [] }).Write((purpose, content) => [root.Sign(purpose, content)]), "net", [root.Certificate]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"statement\":\"AA==\",\"signatures\":[\"AA==\"]}")]
    [InlineData("{\"statement\":null,\"signatures\":null}")]
    public void Read_SomethingElse_IsNothing(string file)
    {
        using var root = RootAuthority.Create(TimeProvider.System);
        Assert.Null(MovedNotice.Read(System.Text.Encoding.UTF8.GetBytes(file), "net", [root.Certificate]));
    }
}
