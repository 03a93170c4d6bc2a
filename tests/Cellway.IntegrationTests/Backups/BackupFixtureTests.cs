using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.IntegrationTests.State;
using Cellway.Manager.Authority;
using Cellway.Manager.Backups;
using Cellway.Model.State;
using Cellway.State.Memory;

namespace Cellway.IntegrationTests.Backups;

/// <summary>A backup of every schema that was ever released can be restored: tests/fixtures/backups has one of each, with the key of a throwaway operator.</summary>
public sealed class BackupFixtureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Fixtures
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(directory!.FullName, "Cellway.slnx")))
            {
                directory = directory.Parent;
            }

            return Path.Combine(directory.FullName, "tests", "fixtures", "backups");
        }
    }

    /// <summary>With CELLWAY_WRITE_FIXTURE=1 that of this version's schema is made if it is not there yet. One that is there is never replaced.</summary>
    [Fact]
    public async Task Restore_BackupOfEverySchema_IsAWholeNetwork()
    {
        var newest = Path.Combine(Fixtures, $"schema-{StateJson.Schema}");
        if (Environment.GetEnvironmentVariable("CELLWAY_WRITE_FIXTURE") == "1" && !Directory.Exists(newest))
        {
            await WriteAsync(newest);
        }

        var fixtures = Directory.GetDirectories(Fixtures);
        Assert.Contains(newest, fixtures);
        foreach (var fixture in fixtures)
        {
            await RestoreAsync(fixture);
        }
    }

    private static async Task RestoreAsync(string fixture)
    {
        using var directory = new TemporaryDirectory();
        using var key = ECDiffieHellman.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(Path.Combine(fixture, "operator.key"), Token));
        using var root = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(fixture, "root.crt"));
        var file = Path.Combine(fixture, "network.backup");
        await using var target = new MemoryStateStore(TimeProvider.System);

        var verdict = NetworkBackup.Verify(file, key, new() { Roots = [root] }, new Silence(), TimeProvider.System, Token);
        var restored = await NetworkBackup.RestoreAsync(
            new() { File = file, Secret = new(directory["seal.key"], null) }, key, new() { Roots = [root] }, () => Task.FromResult<IStateStore>(new Kept(target)), new Silence(), TimeProvider.System, Token);

        Assert.Empty(verdict.Problems);
        Assert.Equal((3, verdict.Asked), (verdict.Devices, verdict.Answered));
        using var authority = await NetworkAuthority.OpenAsync(target, new StateKeys(restored.Network), restored.Network, new(directory["seal.key"], null), Token);
        Assert.Equal(root.Thumbprint, authority.Root.Certificate.Thumbprint);
    }

    private static async Task WriteAsync(string fixture)
    {
        await using var network = await SampleNetwork.CreateAsync();
        Directory.CreateDirectory(fixture);
        File.Copy(await network.BackUpAsync("network.backup"), Path.Combine(fixture, "network.backup"));
        File.Copy(network["operator.key"], Path.Combine(fixture, "operator.key"));
        await File.WriteAllTextAsync(Path.Combine(fixture, "root.crt"), network.Root.ExportCertificatePem() + "\n", Token);
    }

    private sealed class Silence : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value)
        {
        }
    }
}
