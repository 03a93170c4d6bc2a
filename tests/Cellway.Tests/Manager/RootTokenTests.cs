using Cellway.Manager.Authority.Tokens;

namespace Cellway.Tests.Manager;

public sealed class RootTokenTests
{
    [Theory]
    [InlineData("pkcs11:token=safe?module-path=/usr/lib/t.so&pin-source=/etc/pin")]
    [InlineData("pkcs11:token=safe?pin-source=file:/etc/pin&module-path=/usr/lib/t.so")]
    [InlineData("pkcs11:token=%73afe;?module-path=%2Fusr/lib/t.so&pin-source=file:%2Fetc%2Fpin")]
    public void TryParse_WholeUri_IsWhatItSays(string text)
    {
        Assert.True(RootToken.TryParse(text, out var token, out _));
        Assert.Equal(new("/usr/lib/t.so", "safe", "/etc/pin"), token);
    }

    [Theory]
    [InlineData("")]
    [InlineData("safe")]
    [InlineData("pkcs11:")]
    [InlineData("pkcs11:token=safe")]
    [InlineData("pkcs11:token=?module-path=/t.so&pin-source=/pin")]
    [InlineData("pkcs11:token=a;token=b?module-path=/t.so&pin-source=/pin")]
    [InlineData("pkcs11:token=a?module-path=/t.so&pin-source=/pin&pin-value=1234")]
    [InlineData("pkcs11:object=a?module-path=/t.so&pin-source=/pin")]
    public void TryParse_NotWholeOrMore_SaysHowToWriteIt(string text)
    {
        Assert.False(RootToken.TryParse(text, out var token, out var why));
        Assert.Null(token);
        Assert.Contains("pkcs11:token=LABEL", why, StringComparison.Ordinal);
        Assert.DoesNotContain("1234", why, StringComparison.Ordinal); // a PIN that was put here by mistake
    }
}
