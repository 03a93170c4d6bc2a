namespace Cellway.EndToEndTests;

public sealed class DemoTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-e2e-");

    [Fact]
    public async Task Demo_EveryStepHolds()
    {
        var (code, output, error) = await CellwayProgram.RunAsync(_home.FullName, "demo", "--json");
        Assert.True(code == 0, output + error);

        var report = System.Text.Json.JsonDocument.Parse(output).RootElement;
        Assert.True(report.GetProperty("held").GetBoolean());
        Assert.Equal(13, report.GetProperty("steps").GetArrayLength());
    }

    public void Dispose() => _home.Delete(recursive: true);
}
