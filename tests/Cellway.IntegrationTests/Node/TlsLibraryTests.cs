using Cellway.Node.Hosting;

namespace Cellway.IntegrationTests.Node;

public sealed class TlsLibraryTests
{
    [Theory]
    [InlineData(0x300000_b0, "3.0.11")]
    [InlineData(0x302000_00, "3.2.0")]
    [InlineData(0x305000_10, "3.5.1")]
    [InlineData(0x400000_00, "4.0.0")]
    [InlineData(0x101010_ef, "1.1.1")]
    public void Read_VersionNumber_IsWhatOpenSslPrints(long number, string version) => Assert.Equal(Version.Parse(version), TlsLibrary.Read(number));

    [Theory]
    [InlineData("3.0.15", true)]
    [InlineData("1.1.1", true)]
    [InlineData("3.2.0", false)]
    [InlineData("3.5.1", false)]
    public void Report_OldVersion_WarnsWithWhatToDo(string version, bool warned)
    {
        using var log = new RecordingLogs();

        TlsLibrary.Report(Version.Parse(version), log);

        Assert.StartsWith($"2400 TLS is done by OpenSSL {version}.", log.Text, StringComparison.Ordinal);
        Assert.Equal(warned, log.Text.Contains("2401 ", StringComparison.Ordinal) && log.Text.Contains("Debian 13", StringComparison.Ordinal));
    }

    [Fact]
    public void Current_OnLinux_IsKnown() => Assert.Equal(OperatingSystem.IsLinux(), TlsLibrary.Current is not null);
}
