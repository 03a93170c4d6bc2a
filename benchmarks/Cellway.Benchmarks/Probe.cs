using Cellway.Cli.Local;

namespace Cellway.Benchmarks;

internal static class Probe
{
    public static async Task RunAsync(string[] args)
    {
        await using var network = new DemoNetwork();
        await using var baseline = new BaselineForm();
        using var sink = new BenchSink();
        var ours = args[0].StartsWith('k') ? await baseline.StartAsync() : await CellwayForm.StartAsync(network);
        using var client = ours.NewClient(null);
        Func<Task<Stream>> open = async () => await client.OpenAsync(sink.Endpoint);
        Console.WriteLine($" client {Environment.ProcessId}");
        static int Pid(ChildProcess c) => ((System.Diagnostics.Process)typeof(ChildProcess).GetField("_process", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.GetValue(c)!).Id;
        await File.WriteAllTextAsync("/tmp/probe.pids", $"entry={Pid(ours.Entry)} core={Pid(ours.Core)}");
        var me = System.Diagnostics.Process.GetCurrentProcess();
        async Task M(string what, double amount, Func<Task<double>> load)
        {
            me.Refresh();
            var (e, c, m) = (ours.Entry.Cpu, ours.Core.Cpu, me.TotalProcessorTime);
            var r = await load();
            me.Refresh();
            Console.WriteLine($"{what}: {r:F0}  entry {(ours.Entry.Cpu - e).TotalSeconds / amount:F2}  core {(ours.Core.Cpu - c).TotalSeconds / amount:F2} me {(me.TotalProcessorTime - m).TotalSeconds / amount:F2}");
        }

        foreach (var arg in args[1..])
        {
            var parts = arg.Split(':');
            var n = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
            switch (parts[0])
            {
                case "open": await M(arg, n / 1e6, () => Loads.OpenAsync(open, n)); break;
                case "d1": await M(arg, n / 1e3, () => Loads.DownAsync(open, 1, n)); break;
                case "d8": await M(arg, n / 1e3, () => Loads.DownAsync(open, 8, n)); break;
                case "u1": await M(arg, n / 1e3, () => Loads.UpAsync(open, 1, n)); break;
                case "u8": await M(arg, n / 1e3, () => Loads.UpAsync(open, 8, n)); break;
                case "ping":
                    var t = await Loads.PingAsync(open, TimeSpan.FromSeconds(n));
                    Console.WriteLine($"ping p50 {t[t.Length / 2]:F0} p99 {t[t.Length * 99 / 100]:F0} max {t[^1]:F0}");
                    break;
                case "bping":
                    {
                        using var bulk = ours.NewClient(null);
                        using var stop = new CancellationTokenSource();
                        var streams = Enumerable.Range(0, 4).Select(async _ =>
                        {
                            await using var s = await bulk.OpenAsync(sink.Endpoint);
                            await s.WriteAsync(BenchSink.Ask(BenchSink.Send, long.MaxValue), default);
                            var b = new byte[128 * 1024];
                            while (!stop.IsCancellationRequested && await s.ReadAsync(b, default) > 0) { }
                        }).ToArray();
                        await Task.Delay(500);
                        var x = await Loads.PingAsync(open, TimeSpan.FromSeconds(n));
                        await stop.CancelAsync();
                        await Task.WhenAll(streams);
                        Console.WriteLine($"ping beside bulk p50 {x[x.Length / 2]:F0} p90 {x[x.Length * 90 / 100]:F0} p99 {x[x.Length * 99 / 100]:F0} max {x[^1]:F0}");
                    }
                    break;
            }
        }
    }
}
