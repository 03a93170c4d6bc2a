namespace Cellway.EndToEndTests;

public sealed class DisasterTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-e2e-");

    /// <summary>Management and its state are destroyed and restored at another address; every node comes back and users notice nothing.</summary>
    [Fact]
    public async Task LoseManagement_RestoredFromABackupElsewhere_UsersLoseNothing()
    {
        var (code, output, error) = await CellwayProgram.RunAsync(_home.FullName, TimeSpan.FromMinutes(6), "drill", "lose-management", "--json");
        Assert.True(code == 0, output + error);

        var report = Assert.Single(System.Text.Json.JsonDocument.Parse(output).RootElement.EnumerateArray());
        Assert.Contains("every node back", report.GetProperty("done").GetString(), StringComparison.Ordinal);
        Assert.Contains("came back: node of nodes/", report.GetProperty("done").GetString(), StringComparison.Ordinal);
        Assert.Contains("user latecomer", report.GetProperty("done").GetString(), StringComparison.Ordinal);
        Assert.True(report.GetProperty("loss").GetProperty("recovered").GetBoolean());
    }

    public void Dispose() => _home.Delete(recursive: true);
}
