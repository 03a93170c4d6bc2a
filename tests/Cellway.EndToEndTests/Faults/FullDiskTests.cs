using System.Diagnostics;

namespace Cellway.EndToEndTests.Faults;

/// <summary>The disk under the SQLite file is full: what does not fit is refused in words, what was acknowledged is kept, and room heals it.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-e2e-");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task Management_DiskFull_RefusesKeepsWhatItAcknowledgedAndGoesOnOnceThereIsRoom()
    {
        using var disk = SmallDisk.TryMount(InHome("disk"), megabytes: 16);
        Assert.SkipWhen(disk is null, "Mounting needs root.");
        await CellwayProgram.JsonAsync(_home.FullName, "init", "--state", State, "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example");
        List<string> acknowledged = [];
        using (var management = Start("1"))
        {
            var server = (await CellwayProgram.ReadyAsync(management, InHome("ready-1")))["admin"];
            await CellwayProgram.JsonAsync(_home.FullName, "user", "add", "anna", "--server", server);
            Assert.Null(await TryAddAsync("before", server, acknowledged));

            disk.Fill();
            var refusals = 0;
            for (var i = 0; refusals < 2; i++)
            {
                Assert.True(i < 200, "a full disk takes everything"); // what the log of writes has room for still fits
                if (await TryAddAsync($"full-{i}", server, acknowledged) is { } refusal)
                {
                    Assert.Contains("is full", refusal, StringComparison.Ordinal);
                    Assert.Contains("Free some space", refusal, StringComparison.Ordinal);
                    refusals++;
                }
            }

            Assert.Equal(acknowledged.Order(StringComparer.Ordinal), await ListAsync(server)); // looking still works

            disk.Empty();
            Assert.Null(await TryAddAsync("after", server, acknowledged));
            management.Kill();
            await management.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using var again = Start("2");
        var second = (await CellwayProgram.ReadyAsync(again, InHome("ready-2")))["admin"];
        Assert.Equal(acknowledged.Order(StringComparer.Ordinal), await ListAsync(second));
        Assert.Equal(0, await CellwayProgram.InterruptAsync(again));
    }

    private string State => InHome("disk/management");

    private string InHome(string name) => Path.Combine(_home.FullName, name);

    private Process Start(string run) => CellwayProgram.Start(
        _home.FullName, "management", "--state", State, "--node-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--ready-file", InHome("ready-" + run));

    /// <returns>What management said when it refused.</returns>
    private async Task<string?> TryAddAsync(string name, string server, List<string> acknowledged)
    {
        var (code, _, error) = await CellwayProgram.RunAsync(_home.FullName, "device", "add", "anna", name, "--server", server, "--json");
        if (code == 0)
        {
            acknowledged.Add(name);
            return null;
        }

        return error;
    }

    private async Task<IEnumerable<string>> ListAsync(string server) =>
        (await CellwayProgram.JsonAsync(_home.FullName, "device", "list", "--server", server)).EnumerateArray()
            .Select(d => d.GetProperty("name").GetString()!).Order(StringComparer.Ordinal);
}
