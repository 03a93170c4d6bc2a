namespace Cellway.Benchmarks.Scale;

/// <summary>Lookups at several rates, three times each.</summary>
internal static class LookupMeasurement
{
    private const int Connections = 32; // a busy Entry asks often; of a thousand that ask twenty times a second each answer is a packet

    private const int Runs = 3;

    public static async Task RunAsync(ScaleRows rows, string of, ScaleOptions options, List<SimulatedNode> entries, ReplicaProcess server, bool connect, bool alone = false)
    {
        var few = entries.Take(Connections).ToList();
        if (connect)
        {
            await Task.WhenAll(few.Select(e => e.ConnectAsync(server.Nodes)));
        }

        await new LookupLoad(few, options.Devices, 5_000, 2, alone).RunAsync(); // until it is compiled
        foreach (var rate in options.Rates)
        {
            ScaleRows.Say($"{rate:N0} lookups a second");
            List<double> done = [], median = [], p99 = [], cpu = [], allocated = [], late = [], stopped = [];
            for (var i = 0; i < Runs; i++)
            {
                var before = await server.ReadAsync();
                var load = await new LookupLoad(few, options.Devices, rate, options.Seconds / (double)Runs, alone).RunAsync();
                var after = await server.ReadAsync();
                done.Add(load.Rate);
                median.Add(load.Percentile(0.5));
                p99.Add(load.Percentile(0.99));
                late.Add(load.Late);
                cpu.Add((after.Cpu - before.Cpu) * 1e6 / load.Done);
                stopped.Add((after.Pause - before.Pause) * 1000 / (load.Done / load.Rate));
                allocated.Add((after.Allocated - before.Allocated) / (double)load.Done);
                if (load.Errors > 0)
                {
                    ScaleRows.Say($"{load.Errors:N0} of {load.Done:N0} failed");
                }
            }

            rows.Beside(of, $"lookups at {rate:N0}/s: done", "1/s", done);
            rows.Beside(of, $"lookups at {rate:N0}/s: p50", "ms", median);
            rows.Beside(of, $"lookups at {rate:N0}/s: p99", "ms", p99);
            rows.Beside(of, $"lookups at {rate:N0}/s: generator late, p99", "ms", late);
            rows.Beside(of, $"lookups at {rate:N0}/s: CPU", "µs each", cpu);
            rows.Beside(of, $"lookups at {rate:N0}/s: allocated", "B each", allocated);
            rows.Beside(of, $"lookups at {rate:N0}/s: stopped by collections", "ms/s", stopped);
        }
    }
}
