using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Authentication;
using Cellway.Manager.Api;
using Cellway.Model.Identities;
using Cellway.Pki.Issuing;

namespace Cellway.Benchmarks.Scale;

/// <summary>One replica in a process of its own, and everybody who talks to it in this one: what it costs to have a large network attached.</summary>
internal static class ManagementScaleBench
{
    private const int AtOnce = 64; // handshakes under way

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        var options = ScaleOptions.Of(quick);
        var directory = Directory.CreateTempSubdirectory("cellway-scale-").FullName;
        var rows = new List<Row>();
        try
        {
            Say($"filling a state with {options.Devices:N0} devices, {options.Cores:N0} Cores, {options.Entries:N0} Entries");
            var network = await SimulatedNetwork.CreateAsync(Path.Combine(directory, "state.db"), options);
            var nodes = network.Nodes.Select((n, i) => new SimulatedNode(n.Record, n.Certificate, 10_000 + (i % 50_000))).ToList();
            var replica = await ReplicaProcess.StartAsync("management", directory);
            try
            {
                replica = await MeasureAsync(rows, options, network, nodes, replica, directory);
            }
            finally
            {
                replica.Dispose();
                nodes.ForEach(n => n.Dispose());
            }

            await MeasureEchoAsync(rows, options, network, directory);
            return rows;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<ReplicaProcess> MeasureAsync(
        List<Row> rows, ScaleOptions options, SimulatedNetwork network, List<SimulatedNode> nodes, ReplicaProcess replica, string directory)
    {
        var cold = await replica.ReadAsync(settle: true);
        Add(rows, "cold start", "s", cold.ColdStart);
        Add(rows, "heap per device", "B", (double)cold.Heap / options.Devices);
        Add(rows, "resident per device", "B", (double)cold.Resident / options.Devices);

        Say("attaching");
        await AttachAllAsync(rows, "attach, first time", nodes, replica);
        await UntilQuietAsync(nodes);
        var attached = await replica.ReadAsync(settle: true);
        Add(rows, "heap per attached node", "KB", (attached.Heap - cold.Heap) / 1024.0 / nodes.Count);
        Add(rows, "resident per attached node", "KB", (attached.Resident - cold.Resident) / 1024.0 / nodes.Count);
        Add(rows, "routes per Core, mean", "routes", nodes.Where(n => n.Record.Role == Role.Core).Average(n => n.Routes));

        Say("steady heartbeats");
        await BeatAsync(rows, options, nodes, replica);

        Say("a change for all Cores of a cell, and one for all");
        using var admin = AdminOf(network, replica);
        await FanOutAsync(rows, "a change to the Cores of one cell", nodes, admin, [SimulatedNetwork.CellOf(0)]);
        await FanOutAsync(rows, "a change of every cell", nodes, admin, [.. Enumerable.Range(0, options.Cells).Select(SimulatedNetwork.CellOf)]);

        var entries = nodes.Where(n => n.Record.Role == Role.Entry).ToList();
        await LookUpAsync(rows, options, entries, replica);

        Say("killing the replica");
        replica.Kill();
        var killed = Stopwatch.GetTimestamp();
        replica.Dispose();
        var next = await ReplicaProcess.StartAsync("management", directory);
        Add(rows, "another serves after a kill", "s", Stopwatch.GetElapsedTime(killed).TotalSeconds);
        await AttachAllAsync(rows, "attach, holding everything", nodes, next);
        Add(rows, "kill to all attached", "s", Stopwatch.GetElapsedTime(killed).TotalSeconds);
        return next;
    }

    private static async Task AttachAllAsync(List<Row> rows, string what, List<SimulatedNode> nodes, ReplicaProcess replica)
    {
        var before = await replica.ReadAsync();
        var begun = Stopwatch.GetTimestamp();
        var each = new double[nodes.Count];
        await Parallel.ForAsync(0, nodes.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            var started = Stopwatch.GetTimestamp();
            await nodes[i].AttachAsync(replica.Nodes);
            each[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        });
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var after = await replica.ReadAsync();
        Add(rows, $"{what}: all", "s", seconds);
        Add(rows, $"{what}: one, p99", "ms", Percentile(each, 0.99));
        Add(rows, $"{what}: CPU of management", "ms/node", (after.Cpu - before.Cpu) * 1000 / nodes.Count);
        Add(rows, $"{what}: writes", "writes", after.Writes - before.Writes);
    }

    // Heartbeats every 10 s of all nodes, spread.
    private static async Task BeatAsync(List<Row> rows, ScaleOptions options, List<SimulatedNode> nodes, ReplicaProcess replica)
    {
        var before = await replica.ReadAsync();
        var begun = Stopwatch.GetTimestamp();
        var sent = 0;
        while (Stopwatch.GetElapsedTime(begun).TotalSeconds is var elapsed && elapsed < options.Seconds * 2)
        {
            for (; sent < elapsed * nodes.Count / 10; sent++)
            {
                _ = nodes[sent % nodes.Count].HeartbeatAsync();
            }

            await Task.Delay(5);
        }

        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var after = await replica.ReadAsync();
        Add(rows, "heartbeats: CPU of management", "% of a core", (after.Cpu - before.Cpu) / seconds * 100);
        Add(rows, "heartbeats: writes of the state", "writes/s", (after.Writes - before.Writes) / seconds);
        Add(rows, "heartbeats: lease renewals", "1/s", (after.Renewals - before.Renewals) / seconds);
    }

    private static async Task FanOutAsync(List<Row> rows, string what, List<SimulatedNode> nodes, HttpClient admin, IReadOnlyList<string> cells)
    {
        var concerned = nodes.Where(n => n.Record.Cell is { } cell && cells.Contains(cell)).ToList();
        var made = cells.ToDictionary(c => c, c => WebCertificateMaker.Make([$"exit.{c}.example"], [], TimeSpan.FromDays(30), TimeProvider.System));
        var begun = Stopwatch.GetTimestamp();
        foreach (var cell in cells)
        {
            var pem = System.Security.Cryptography.PemEncoding.WriteString("PRIVATE KEY", made[cell].PrivateKey);
            using var response = await admin.PutAsJsonAsync($"v1/cells/{cell}/certificates/exit", new NewWebCertificate(made[cell].Chain, pem), AdminJson.Default.NewWebCertificate);
            response.EnsureSuccessStatusCode();
        }

        while (concerned.Any(n => n.UpdatedAt < begun) && Stopwatch.GetElapsedTime(begun).TotalSeconds < 60)
        {
            await Task.Delay(5);
        }

        double[] each = [.. concerned.Select(n => Stopwatch.GetElapsedTime(begun, n.UpdatedAt).TotalMilliseconds)];
        Add(rows, $"{what} ({concerned.Count}): p50", "ms", Percentile(each, 0.5));
        Add(rows, $"{what} ({concerned.Count}): last", "ms", each.Max());
    }

    private static async Task LookUpAsync(List<Row> rows, ScaleOptions options, List<SimulatedNode> entries, ReplicaProcess replica)
    {
        foreach (var rate in (int[])[5_000, 20_000, 50_000])
        {
            Say($"{rate:N0} route lookups a second");
            var before = await replica.ReadAsync();
            var (done, median, p99) = await LookupLoad.RunAsync(entries, options.Devices, rate, options.Seconds);
            var after = await replica.ReadAsync();
            Add(rows, $"lookups at {rate:N0}/s: done", "1/s", done);
            Add(rows, $"lookups at {rate:N0}/s: p50", "ms", median);
            Add(rows, $"lookups at {rate:N0}/s: p99", "ms", p99);
            Add(rows, $"lookups at {rate:N0}/s: CPU of management", "µs each", (after.Cpu - before.Cpu) * 1e6 / (done * options.Seconds));
        }
    }

    // The same question to a service that answers a constant: what gRPC itself takes on this machine.
    private static async Task MeasureEchoAsync(List<Row> rows, ScaleOptions options, SimulatedNetwork network, string directory)
    {
        Say("the same from a bare gRPC service");
        var web = WebCertificateMaker.Make(["echo.example"], [IPAddress.Loopback], TimeSpan.FromDays(1), TimeProvider.System);
        await File.WriteAllTextAsync(
            Path.Combine(directory, "echo.pem"), web.Chain + "\n" + System.Security.Cryptography.PemEncoding.WriteString("PRIVATE KEY", web.PrivateKey) + "\n");
        using var echo = await ReplicaProcess.StartAsync("echo", directory);
        var callers = network.Nodes.Where(n => n.Record.Role == Role.Entry).Select(n => new SimulatedNode(n.Record, n.Certificate, 1)).ToList();
        callers.ForEach(c => c.Connect(echo.Nodes));
        foreach (var rate in (int[])[5_000, 20_000, 50_000])
        {
            var before = await echo.ReadAsync();
            var (done, median, p99) = await LookupLoad.RunAsync(callers, options.Devices, rate, options.Seconds);
            var after = await echo.ReadAsync();
            Beside(rows, $"lookups at {rate:N0}/s: done", "1/s", done);
            Beside(rows, $"lookups at {rate:N0}/s: p50", "ms", median);
            Beside(rows, $"lookups at {rate:N0}/s: p99", "ms", p99);
            Beside(rows, $"lookups at {rate:N0}/s: CPU of management", "µs each", (after.Cpu - before.Cpu) * 1e6 / (done * options.Seconds));
        }

        callers.ForEach(c => c.Dispose());
    }

    private static async Task UntilQuietAsync(List<SimulatedNode> nodes)
    {
        var begun = Stopwatch.GetTimestamp();
        while (nodes.Max(n => n.UpdatedAt) is var last && Stopwatch.GetElapsedTime(last).TotalSeconds < 2 && Stopwatch.GetElapsedTime(begun).TotalSeconds < 60)
        {
            await Task.Delay(100);
        }
    }

    [SuppressMessage("Security", "CA5359", Justification = "Not what is measured.")]
    private static HttpClient AdminOf(SimulatedNetwork network, ReplicaProcess replica) => new(new SocketsHttpHandler
    {
        SslOptions = new()
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            ClientCertificateContext = SslStreamCertificateContext.Create(network.Operator, null, offline: true),
        },
    })
    {
        BaseAddress = new($"https://{replica.Admin}/"),
    };

    private static double Percentile(double[] values, double part) => values.Order().ElementAt((int)(values.Length * part));

    private static void Add(List<Row> rows, string what, string unit, double value) => rows.Add(new(what, unit, value, value, value));

    private static void Beside(List<Row> rows, string what, string unit, double value)
    {
        var bare = new Row("bare gRPC, " + what, unit, value, value, value);
        var at = rows.FindIndex(r => r.What == what);
        rows[at] = rows[at] with { Beside = "bare gRPC", Ratio = rows[at].Median / value };
        rows.Add(bare);
    }

    private static void Say(string what) => Console.Error.WriteLine($"{what} …");
}
