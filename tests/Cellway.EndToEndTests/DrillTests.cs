using System.Globalization;

namespace Cellway.EndToEndTests;

/// <summary>
/// Every drill, and what users may lose in it at most on a machine that is slow and busy: <c>./test drills</c>. How little they lose on a quiet
/// one is a measurement, <c>./bench failover</c>.
/// </summary>
public sealed class DrillTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-e2e-");

    public void Dispose() => _home.Delete(recursive: true);

    [Theory]
    [InlineData("kill-core", 30, 20)]
    [InlineData("freeze-core", 45, 20)]
    [InlineData("block-exit", 75, 40)]
    [InlineData("block-entry", 90, 50)] // the client finds the silence by itself, and tries the other ways of that domain first
    [InlineData("kill-management", 30, 10)] // those who are there go on, and new sessions too, within the grace
    [InlineData("replace-root", 10, 1)] // not one request
    [InlineData("revoke-core", 30, 20)]
    [InlineData("revoke-entry", 45, 20)]
    public async Task Drill_AllIsWellAgain_AndLittleIsLost(string drill, int longestGap, int failed)
    {
        var report = (await CellwayProgram.JsonAsync(_home.FullName, "drill", drill))[0];

        Assert.Equal(drill, report.GetProperty("drill").GetString());
        var loss = report.GetProperty("loss");
        Assert.True(loss.GetProperty("recovered").GetBoolean(), loss.ToString());
        Assert.True(loss.GetProperty("requests").GetInt32() > 10, loss.ToString());
        Assert.True(TimeSpan.Parse(loss.GetProperty("longestGap").GetString()!, CultureInfo.InvariantCulture).TotalSeconds < longestGap, loss.ToString());
        Assert.True(loss.GetProperty("failed").GetInt32() < failed, loss.ToString());
    }
}
