using System.Text.Json;

namespace Cellway.EndToEndTests;

/// <summary>What a thief tries, with real processes, and that nothing of it is of use.</summary>
public sealed class ThiefDrillTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-thief-");

    [Theory]
    [InlineData("steal-core", 20)]
    [InlineData("steal-entry", 12)]
    [InlineData("steal-laptop", 16)]
    [InlineData("steal-state", 9)]
    [InlineData("on-path", 4)]
    public async Task Theft_EverythingTried_NothingGained(string drill, int attempts)
    {
        var (code, output, error) = await CellwayProgram.RunAsync(_home.FullName, TimeSpan.FromMinutes(8), "drill", drill, "--json");

        Assert.True(code == 0, output + error);
        var report = JsonDocument.Parse(output).RootElement.EnumerateArray().Single();
        Assert.True(report.GetProperty("held").GetBoolean());
        Assert.True(report.GetProperty("attempts").GetArrayLength() >= attempts, output);
        Assert.All(report.GetProperty("attempts").EnumerateArray(), a => Assert.False(a.GetProperty("gained").GetBoolean()));
    }

    public void Dispose() => _home.Delete(recursive: true);
}
