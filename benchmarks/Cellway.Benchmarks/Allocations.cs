using Cellway.Cli.Local;

namespace Cellway.Benchmarks;

/// <summary>What measured .NET processes allocate; see <see cref="StartupHook"/>. To be made before they start.</summary>
internal sealed class Allocations : IDisposable
{
    public const string Variable = "CELLWAY_BENCH_ALLOCATIONS";

    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cellway-bench-");

    public Allocations()
    {
        Environment.SetEnvironmentVariable(Variable, _directory.FullName);
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", typeof(Allocations).Assembly.Location);
    }

    /// <summary>Bytes allocated per mebibyte forwarded, at each side.</summary>
    public async Task<IReadOnlyList<Row>> MeasureAsync(TunnelForm form, Func<Task<Stream>> open, int megabytes, int runs)
    {
        var rows = new List<Row>();
        foreach (var (what, load) in new (string, Func<Task>)[]
        {
            ("down", () => Loads.DownAsync(open, 8, megabytes)), ("up", () => Loads.UpAsync(open, 8, megabytes)),
        })
        {
            List<double> entry = [], core = [];
            for (var i = 0; i < runs; i++)
            {
                var before = await ReadAsync(form);
                await load();
                var after = await ReadAsync(form);
                entry.Add((after.Entry - before.Entry) / (megabytes * 1e6 / (1 << 20)));
                core.Add((after.Core - before.Core) / (megabytes * 1e6 / (1 << 20)));
            }

            rows.Add(Row.Of($"{form.Name}: Entry allocates, {what}", "bytes/MiB", entry));
            rows.Add(Row.Of($"{form.Name}: Core allocates, {what}", "bytes/MiB", core));
        }

        return rows;
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null);
        _directory.Delete(recursive: true);
    }

    private async Task<(long Entry, long Core)> ReadAsync(TunnelForm form)
    {
        await Task.Delay(Period * 2); // until what is written down is of now
        return (Of(form.Entry), Of(form.Core));
    }

    private long Of(ChildProcess process)
    {
        using var file = new FileStream(Path.Combine(_directory.FullName, $"{process.Id}"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[sizeof(long)];
        file.ReadExactly(bytes);
        return BitConverter.ToInt64(bytes);
    }
}
