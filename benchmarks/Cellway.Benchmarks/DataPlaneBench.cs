using System.Net;
using Cellway.Cli.Local;

namespace Cellway.Benchmarks;

/// <summary>Bytes, streams, pings and idle tunnels through real Entry and Core processes, beside the tuned Kestrel form and plain TCP in the same run.</summary>
/// <remarks><c>--only bytes|streams|pings|far|idle|allocations|handshakes|v2ray</c>, comma-separated, measures only these.</remarks>
internal sealed class DataPlaneBench(bool quick, Allocations allocations)
{
    private static readonly string[] Parts = ["bytes", "streams", "pings", "far", "idle", "allocations", "handshakes", "v2ray"];

    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(80);

    private readonly int _runs = quick ? 3 : 5;
    private readonly int _megabytes = quick ? 200 : 600;
    private readonly List<Row> _rows = [];
    private readonly string[] _parts = Wanted();

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        using var allocations = new Allocations();
        await using var network = new DemoNetwork();
        await using var baseline = new BaselineForm();
        var (target, sink) = await LoadProcess.StartSinkAsync();
        await using var _ = target;
        var bench = new DataPlaneBench(quick, allocations);
        var (ours, theirs) = (await CellwayForm.StartAsync(network), await baseline.StartAsync());
        await bench.MeasureAsync(ours, theirs, sink);
        foreach (var form in (TunnelForm[])[theirs, ours])
        {
            using var client = form.NewClient(null);
            await bench.PartAsync("allocations", async () =>
                bench._rows.AddRange(await allocations.MeasureAsync(form, async () => await client.OpenAsync(sink), bench._megabytes, bench._runs)));
            await bench.PartAsync("handshakes", async () =>
                bench._rows.AddRange(await Handshakes.MeasureAsync(form.Name, form.EntryEndPoint, form.Entry, bench._runs)));
        }

        await bench.PartAsync("v2ray", async () =>
            bench._rows.AddRange(await V2RayBench.RunAsync(sink, bench._runs, bench._megabytes, quick ? 3000 : 10000)));
        return bench._rows;
    }

    private static string[] Wanted()
    {
        var arguments = Environment.GetCommandLineArgs();
        var at = Array.IndexOf(arguments, "--only");
        var wanted = at < 0 ? Parts : arguments.ElementAtOrDefault(at + 1)?.Split(',') ?? [];
        return wanted.Length > 0 && wanted.All(Parts.Contains)
            ? wanted
            : throw new ArgumentException($"--only takes some of {string.Join(", ", Parts)}, with commas between them.");
    }

    private Task PartAsync(string name, Func<Task> measure) => _parts.Contains(name) ? measure() : Task.CompletedTask;

    private async Task MeasureAsync(TunnelForm ours, TunnelForm theirs, IPEndPoint sink)
    {
        using var oursClient = ours.NewClient(null);
        using var theirsClient = theirs.NewClient(null);
        Func<Task<Stream>> throughOurs = async () => await oursClient.OpenAsync(sink);
        Func<Task<Stream>> throughTheirs = async () => await theirsClient.OpenAsync(sink);
        Func<Task<Stream>> direct = () => Loads.ConnectAsync(sink);
        await Loads.DownAsync(throughOurs, 8, 100); // both warm, compiled and with their windows grown
        await Loads.DownAsync(throughTheirs, 8, 100);
        await Loads.OpenAsync(throughOurs, quick ? 3000 : 10000);
        await Loads.OpenAsync(throughTheirs, quick ? 3000 : 10000);

        await PartAsync("bytes", async () =>
        {
            foreach (var streams in (int[])[1, 8])
            {
                await CompareAsync($"down, {streams} streams", "MB/s", "CPU s/GB", _megabytes / 1e3, ours, theirs, throughOurs, throughTheirs, direct, open => Loads.DownAsync(open, streams, _megabytes));
                await CompareAsync($"up, {streams} streams", "MB/s", "CPU s/GB", _megabytes / 1e3, ours, theirs, throughOurs, throughTheirs, direct, open => Loads.UpAsync(open, streams, _megabytes));
            }
        });
        var count = quick ? 5_000 : 20_000; // the kernel counts a process's CPU in steps of 10 ms: 2 µs each, or less
        await PartAsync("streams", () =>
            CompareAsync("new streams, 32 at once", "1/s", "CPU µs each", count / 1e6, ours, theirs, throughOurs, throughTheirs, direct, open => Loads.OpenAsync(open, count)));
        await PartAsync("pings", () => PingsAsync(ours, theirs, throughOurs, throughTheirs, direct));
        await PartAsync("far", () => FarAsync(ours, theirs, sink));
        await PartAsync("idle", () => IdleAsync(ours, theirs, throughOurs, throughTheirs));
    }

    // Runs alternate between the forms, so that whatever else the machine does hits both alike.
    private async Task CompareAsync(
        string what, string unit, string cpuUnit, double amount, TunnelForm ours, TunnelForm theirs,
        Func<Task<Stream>> throughOurs, Func<Task<Stream>> throughTheirs, Func<Task<Stream>> direct, Func<Func<Task<Stream>>, Task<double>> load)
    {
        List<double> plain = [];
        (List<double> Speed, List<double> Entry, List<double> Core) our = ([], [], []), their = ([], [], []);
        for (var i = 0; i < _runs; i++)
        {
            await MeasureAsync(theirs, throughTheirs, their);
            await MeasureAsync(ours, throughOurs, our);
            plain.Add(await load(direct));
        }

        var beside = Row.Of($"{theirs.Name}: {what}", unit, their.Speed);
        var besideEntry = Row.Of($"{theirs.Name}: Entry", cpuUnit, their.Entry);
        var besideCore = Row.Of($"{theirs.Name}: Core", cpuUnit, their.Core);
        _rows.AddRange(
        [
            Row.Of($"plain TCP: {what}", unit, plain), beside, besideEntry, besideCore,
            Row.Of($"{ours.Name}: {what}", unit, our.Speed, beside), Row.Of($"{ours.Name}: Entry", cpuUnit, our.Entry, besideEntry), Row.Of($"{ours.Name}: Core", cpuUnit, our.Core, besideCore),
        ]);

        async Task MeasureAsync(TunnelForm form, Func<Task<Stream>> open, (List<double> Speed, List<double> Entry, List<double> Core) into)
        {
            var (entry, core) = (form.Entry.Cpu, form.Core.Cpu);
            into.Speed.Add(await load(open));
            into.Entry.Add((form.Entry.Cpu - entry).TotalSeconds / amount);
            into.Core.Add((form.Core.Cpu - core).TotalSeconds / amount);
        }
    }

    private async Task PingsAsync(TunnelForm ours, TunnelForm theirs, Func<Task<Stream>> throughOurs, Func<Task<Stream>> throughTheirs, Func<Task<Stream>> direct)
    {
        var duration = TimeSpan.FromSeconds(quick ? 2 : 5);
        var plain = await Loads.PingAsync(direct, duration);
        Add("plain TCP", plain, null);
        await BesideBulkAsync("plain TCP", null, direct);
        foreach (var (form, open) in ((TunnelForm, Func<Task<Stream>>)[])[(theirs, throughTheirs), (ours, throughOurs)])
        {
            Add(form.Name, await Loads.PingAsync(open, duration), plain);
            await BesideBulkAsync(form.Name, form, open);
        }

        // Bulk that leaves the processors room shows what a ping waits for in our own queues. Bulk without an end shows, besides, what
        // everybody waits for who has a neighbour on this machine: the load's own processes too, which in the field are elsewhere.
        async Task BesideBulkAsync(string name, TunnelForm? form, Func<Task<Stream>> open)
        {
            foreach (var (megabytes, nice, what) in ((int, int, string)[])
                [(100, 0, "ping beside 4 streams of 25 MB/s"), (0, 0, "ping beside 4 streams without limit"), (0, 19, "the same, load at nice 19")])
            {
                await using var bulk = await LoadProcess.StartBulkAsync(form?.ClientTo(null), 4, megabytes, nice);
                await Task.Delay(500);
                var waited = form is null ? default : RunQueue.WaitOf(form.Entry) + RunQueue.WaitOf(form.Core);
                var times = await Loads.PingAsync(open, duration);
                _rows.Add(Row.Of($"{name}: {what}, p50", "µs", [times[times.Length / 2]]));
                _rows.Add(Row.Of($"{name}: {what}, p99", "µs", [times[times.Length * 99 / 100]]));
                if (form is not null)
                {
                    waited = RunQueue.WaitOf(form.Entry) + RunQueue.WaitOf(form.Core) - waited;
                    _rows.Add(Row.Of($"{name}: meanwhile Entry and Core wait for a processor", "ms/s", [waited.TotalMilliseconds / duration.TotalSeconds]));
                }
            }
        }

        void Add(string name, double[] times, double[]? without)
        {
            _rows.Add(Row.Of($"{name}: ping of 64 bytes, p50", "µs", [times[times.Length / 2]]));
            _rows.Add(Row.Of($"{name}: ping of 64 bytes, p99", "µs", [times[times.Length * 99 / 100]]));
            if (without is not null)
            {
                _rows.Add(Row.Of($"{name}: added to it, p50", "µs", [times[times.Length / 2] - without[without.Length / 2]]));
            }
        }
    }

    // One stream at 80 ms of round trip between client and Entry: only a window that grows fills it.
    private async Task FarAsync(TunnelForm ours, TunnelForm theirs, IPEndPoint sink)
    {
        foreach (var form in (TunnelForm[])[theirs, ours])
        {
            using var proxy = new DelayProxy(form.EntryEndPoint, RoundTrip);
            using var far = form.NewClient(proxy.Endpoint);
            List<double> down = [], up = [];
            for (var i = 0; i < _runs; i++)
            {
                down.Add(await Loads.DownAsync(async () => await far.OpenAsync(sink), 1, _megabytes / 2));
                up.Add(await Loads.UpAsync(async () => await far.OpenAsync(sink), 1, _megabytes / 2));
            }

            _rows.Add(Row.Of($"{form.Name}: one stream at 80 ms, down", "MB/s", down));
            _rows.Add(Row.Of($"{form.Name}: one stream at 80 ms, up", "MB/s", up));
        }
    }

    private async Task IdleAsync(TunnelForm ours, TunnelForm theirs, Func<Task<Stream>> throughOurs, Func<Task<Stream>> throughTheirs)
    {
        foreach (var (form, open) in ((TunnelForm, Func<Task<Stream>>)[])[(theirs, throughTheirs), (ours, throughOurs)])
        {
            foreach (var count in (int[])[1000, 5000])
            {
                List<double> entryResident = [], coreResident = [], entryLive = [], coreLive = [];
                for (var run = 0; run < _runs; run++)
                {
                    var (entryAlive, coreAlive) = (await allocations.LiveAsync(form.Entry), await allocations.LiveAsync(form.Core));
                    var (entry, core) = (form.Entry.ResidentBytes, form.Core.ResidentBytes);
                    var idle = new List<Stream>();
                    for (var i = 0; i < count; i++)
                    {
                        idle.Add(await open());
                        await idle[^1].WriteAsync(BenchSink.Ask(BenchSink.Echo, 0));
                        await idle[^1].WriteAsync(new byte[1]);
                        await idle[^1].ReadExactlyAsync(new byte[1]);
                    }

                    await Task.Delay(2000);
                    entryResident.Add((double)(form.Entry.ResidentBytes - entry) / count);
                    coreResident.Add((double)(form.Core.ResidentBytes - core) / count);
                    entryLive.Add((double)(await allocations.LiveAsync(form.Entry) - entryAlive) / count);
                    coreLive.Add((double)(await allocations.LiveAsync(form.Core) - coreAlive) / count);
                    foreach (var stream in idle)
                    {
                        await stream.DisposeAsync();
                    }

                    await Task.Delay(1000);
                }

                // Resident memory hides in what was resident before: the first run, from a heap just collected, is the nearest to the truth.
                _rows.Add(Row.Of($"{form.Name}: Entry, each of {count} idle tunnels, live objects", "bytes", entryLive));
                _rows.Add(Row.Of($"{form.Name}: Core, each of {count} idle tunnels, live objects", "bytes", coreLive));
                _rows.Add(Row.Of($"{form.Name}: Entry, each of {count} idle tunnels, resident, first run", "bytes", entryResident[..1]));
                _rows.Add(Row.Of($"{form.Name}: Core, each of {count} idle tunnels, resident, first run", "bytes", coreResident[..1]));
            }
        }
    }
}
