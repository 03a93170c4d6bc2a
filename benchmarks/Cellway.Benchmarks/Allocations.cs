using Cellway.Cli.Local;

namespace Cellway.Benchmarks;

/// <summary>What measured .NET processes allocate and keep; see <see cref="StartupHook"/>. To be made before they start.</summary>
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

    /// <summary>Bytes of live objects, after a full collection.</summary>
    public async Task<long> LiveAsync(ChildProcess process)
    {
        var request = Path.Combine(_directory.FullName, $"{process.Id}.collect");
        await File.WriteAllBytesAsync(request, []);
        while (File.Exists(request))
        {
            await Task.Delay(20);
        }

        return Read(process, 1);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null);
        _directory.Delete(recursive: true);
    }

    private async Task<(long Entry, long Core)> ReadAsync(TunnelForm form)
    {
        await Task.Delay(Period * 2); // until what is written down is of now
        return (Read(form.Entry, 0), Read(form.Core, 0));
    }

    private long Read(ChildProcess process, int which)
    {
        using var file = File.OpenHandle(Path.Combine(_directory.FullName, $"{process.Id}"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[sizeof(long)];
        return RandomAccess.Read(file, bytes, which * sizeof(long)) == bytes.Length ? BitConverter.ToInt64(bytes) : throw new EndOfStreamException();
    }
}
