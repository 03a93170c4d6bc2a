using System.Net;

namespace Cellway.Benchmarks;

/// <summary>The same loads through v2ray, right after those of the others.</summary>
internal static class V2RayBench
{
    private const string Name = "v2ray 4.34";

    /// <returns>Nothing when v2ray is not installed.</returns>
    public static async Task<IReadOnlyList<Row>> RunAsync(IPEndPoint sink, int runs, int megabytes, int streamsToOpen)
    {
        if (!V2RayForm.IsInstalled)
        {
            await Console.Error.WriteLineAsync("v2ray is not installed: its rows are left out (apt-get install v2ray).");
            return [];
        }

        await using var form = new V2RayForm();
        await form.StartAsync();
        using var client = form.NewClient();
        Func<Task<Stream>> open = () => client.OpenAsync(sink);
        var rows = new List<Row>();
        await Loads.DownAsync(open, 8, 100);
        foreach (var streams in (int[])[1, 8])
        {
            await AddAsync($"down, {streams} streams", "MB/s", "CPU s/GB", megabytes / 1e3, () => Loads.DownAsync(open, streams, megabytes));
            await AddAsync($"up, {streams} streams", "MB/s", "CPU s/GB", megabytes / 1e3, () => Loads.UpAsync(open, streams, megabytes));
        }

        await AddAsync("new streams, 32 at once", "1/s", "CPU µs each", streamsToOpen / 1e6, () => Loads.OpenAsync(open, streamsToOpen));
        var times = await Loads.PingAsync(open, TimeSpan.FromSeconds(2));
        rows.Add(Row.Of($"{Name}: ping of 64 bytes, p50", "µs", [times[times.Length / 2]]));
        rows.Add(Row.Of($"{Name}: ping of 64 bytes, p99", "µs", [times[times.Length * 99 / 100]]));
        rows.AddRange(await Handshakes.MeasureAsync(Name, form.EntryEndPoint, form.Entry, runs));
        return rows;

        async Task AddAsync(string what, string unit, string cpuUnit, double amount, Func<Task<double>> load)
        {
            List<double> speed = [], entry = [], core = [];
            for (var i = 0; i < runs; i++)
            {
                var (entryBefore, coreBefore) = (form.Entry.Cpu, form.Core.Cpu);
                speed.Add(await load());
                entry.Add((form.Entry.Cpu - entryBefore).TotalSeconds / amount);
                core.Add((form.Core.Cpu - coreBefore).TotalSeconds / amount);
            }

            rows.AddRange([Row.Of($"{Name}: {what}", unit, speed), Row.Of($"{Name}: Entry", cpuUnit, entry), Row.Of($"{Name}: Core", cpuUnit, core)]);
        }
    }
}
