using System.Diagnostics;
using Cellway.Model.State;
using Cellway.State.Memory;
using Cellway.State.Sqlite;

namespace Cellway.Benchmarks;

/// <summary>What a replica can take, and what the state can: committed transactions a second, beside the same on no disk at all.</summary>
internal static class ManagementBench
{
    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        var options = Scale.ScaleOptions.Of(quick);
        return [.. options.Wants("commits") ? await MeasureCommitsAsync(quick) : [], .. await Scale.ManagementScaleBench.RunAsync(options)];
    }

    private static async Task<IReadOnlyList<Row>> MeasureCommitsAsync(bool quick)
    {
        var (runs, seconds) = quick ? (3, 1.0) : (5, 3.0);
        var rows = new List<Row>();
        foreach (var writers in (int[])[1, 32])
        {
            var memory = Row.Of($"memory, {writers} writers", "commits/s", await RepeatAsync(runs, () => Task.FromResult<IStateStore>(new MemoryStateStore(TimeProvider.System)), writers, seconds));
            rows.Add(memory);
            using var directory = new TemporaryDirectory();
            var file = 0;
            rows.Add(Row.Of(
                $"SQLite, synced, {writers} writers",
                "commits/s",
                await RepeatAsync(runs, async () => await SqliteStateStore.OpenAsync(directory.PathOf($"{file++}.db"), new(), TimeProvider.System, default), writers, seconds),
                memory));
        }

        return rows;
    }

    private static async Task<List<double>> RepeatAsync(int runs, Func<Task<IStateStore>> open, int writers, double seconds)
    {
        var results = new List<double>();
        for (var i = 0; i < runs; i++)
        {
            await using var store = await open();
            results.Add(await CommitAsync(store, writers, seconds));
        }

        return results;
    }

    private static async Task<double> CommitAsync(IStateStore store, int writers, double seconds)
    {
        var value = new byte[200];
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var count = 0;
            for (; clock.Elapsed.TotalSeconds < seconds; count++)
            {
                await store.CommitAsync(new StateTransaction().Put($"/bench/{writer}/{count % 100}", value), default);
            }

            return count;
        })));
        return counts.Sum() / clock.Elapsed.TotalSeconds;
    }

    private sealed class TemporaryDirectory : IDisposable
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cellway-bench-");

        public string PathOf(string name) => Path.Combine(_directory.FullName, name);

        public void Dispose() => _directory.Delete(recursive: true);
    }
}
