using System.Net;
using System.Net.Security;
using System.Text.Json;
using Cellway.Benchmarks.Scale;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Pki.Issuing;
using Cellway.State.Sqlite;

namespace Cellway.Benchmarks.Subscriptions;

/// <summary>Subscriptions from a replica with a million devices: the handler alone, and over its gRPC endpoint beside a bare one.</summary>
internal static class SubscriptionBench
{
    public const int Cells = 2;
    public const int Devices = 1_000_000;

    private const int HalfOfGoal = 10_000; // of 20,000 rendered responses a second
    private const int AtOnce = 64;
    private const int Connections = 4;
    private const string LinksApp = "v2rayNG/2.3.5";

    private static readonly (string What, string UserAgent)[] s_formats =
        [("links", LinksApp), ("links, with metadata", "Happ/3.4.1"), ("sing-box", "SFA/1.12.8 (567; sing-box 1.12.8)"), ("mihomo", "clash-verge/v2.4.2")];

    public static SubscriptionRequest RequestOf(int device, string userAgent) => new()
    {
        Token = ManyDevices.TokenOf(device).Reveal(),
        Host = "entry.cell-0.example",
        Method = "GET",
        UserAgent = userAgent,
        Accept = "*/*",
        AcceptEncoding = "gzip",
    };

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        var (runs, seconds) = quick ? (3, 1.5) : (5, 3.0);
        var directory = Directory.CreateTempSubdirectory("cellway-subscriptions-").FullName;
        var rows = new List<Row>();
        try
        {
            var network = await CreateAsync(Path.Combine(directory, "state.db"));
            var echoDirectory = Path.Combine(directory, "echo");
            Directory.CreateDirectory(echoDirectory);
            var web = WebCertificateMaker.Make(["echo.example"], [IPAddress.Loopback], TimeSpan.FromDays(1), TimeProvider.System);
            await File.WriteAllTextAsync(
                Path.Combine(echoDirectory, "bare.pem"), web.Chain + "\n" + System.Security.Cryptography.PemEncoding.WriteString("PRIVATE KEY", web.PrivateKey) + "\n");
            using var replica = await ReplicaProcess.StartAsync("subscriptions", directory);
            using var echo = await ReplicaProcess.StartAsync("bare", echoDirectory);
            await MeasureAloneAsync(rows, replica, runs, seconds);
            await MeasureCallsAsync(rows, network, replica, echo, runs, seconds);
            return rows;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<SimulatedNetwork> CreateAsync(string file)
    {
        await using var store = await SqliteStateStore.OpenAsync(file, new(), TimeProvider.System, default);
        return await SimulatedNetwork.CreateAsync(store, new(1, Connections, 0, Cells, 0));
    }

    private static async Task MeasureAloneAsync(List<Row> rows, ReplicaProcess replica, int runs, double seconds)
    {
        foreach (var (what, verb, userAgent) in s_formats.Select(f => (f.What, "alone", f.UserAgent)).Append(("304", "alone304", LinksApp)))
        {
            var rates = new List<double>();
            var last = new double[3];
            for (var i = 0; i <= runs; i++)
            {
                last = JsonSerializer.Deserialize<double[]>(await replica.SayAsync(FormattableString.Invariant($"{verb} {seconds / 2} {userAgent}")))!;
                if (i > 0) // the first warms up
                {
                    rates.Add(last[0]);
                }
            }

            rows.Add(Row.Of($"handler alone, {what}", "1/s core", rates));
            rows.Add(Row.Of($"handler alone, {what}: allocated", "B", [last[1]]));
            rows.Add(Row.Of($"handler alone, {what}: body", "B", [last[2]]));
        }
    }

    private static async Task MeasureCallsAsync(List<Row> rows, SimulatedNetwork network, ReplicaProcess replica, ReplicaProcess echo, int runs, double seconds)
    {
        var links = RequestOf(0, LinksApp);
        var unchanged = links.Clone();
        unchanged.IfNoneMatch = "*";
        var servers = new List<(string What, ReplicaProcess Process, List<NodeConnection> Entries, FetchLoad Load)>();
        foreach (var (what, process, request) in ((string, ReplicaProcess, SubscriptionRequest?)[])[("bare gRPC hello", echo, null), ("subscription, links", replica, links), ("subscription, 304", replica, unchanged)])
        {
            List<NodeConnection> entries = [];
            foreach (var node in network.Nodes.Where(n => n.Role == Role.Entry))
            {
                entries.Add(await NodeConnection.OpenAsync(process.Nodes, SslStreamCertificateContext.Create(node.Certificate, null, offline: true)));
            }

            servers.Add((what, process, entries, new(entries, request)));
        }

        var perCore = servers.ToDictionary(s => s.What, _ => new List<double>());
        var done = servers.ToDictionary(s => s.What, _ => new List<double>());
        var allocated = servers.ToDictionary(s => s.What, _ => new List<double>());
        for (var i = 0; i <= runs; i++)
        {
            foreach (var (what, process, _, load) in servers) // alternating, so that whatever else the machine does hits all alike
            {
                var before = await process.ReadAsync();
                var count = await load.ClosedAsync(AtOnce, seconds);
                var after = await process.ReadAsync();
                if (i > 0)
                {
                    perCore[what].Add(count / (after.Cpu - before.Cpu));
                    done[what].Add(count / seconds);
                    allocated[what].Add((after.Allocated - before.Allocated) / (double)count);
                }
            }
        }

        Row? bare = null, bareDone = null, bareAllocated = null;
        foreach (var (what, _, _, _) in servers)
        {
            rows.Add(Row.Of($"{what}: per core", "1/s core", perCore[what], bare));
            bare ??= rows[^1];
            rows.Add(Row.Of($"{what}: done, {AtOnce} at once", "1/s", done[what], bareDone));
            bareDone ??= rows[^1];
            rows.Add(Row.Of($"{what}: allocated", "B", allocated[what], bareAllocated));
            bareAllocated ??= rows[^1];
        }

        foreach (var (named, rateOf) in ((string, Func<string, double>)[])[($"{HalfOfGoal:N0}/s", _ => HalfOfGoal), ("half that load", what => done[what].Order().ElementAt(done[what].Count / 2) / 2)])
        {
            Row? bareLate = null;
            foreach (var (what, _, _, load) in servers)
            {
                var (late, generator) = (new List<double>(), new List<double>());
                for (var i = 0; i < runs; i++)
                {
                    var (p99, own) = await load.OpenAsync(rateOf(what), seconds);
                    late.Add(p99);
                    generator.Add(own);
                }

                rows.Add(Row.Of($"{what}: p99 at {named}", "ms", late, bareLate));
                bareLate ??= rows[^1];
                rows.Add(Row.Of($"{what}: the generator's own, p99", "ms", generator));
            }
        }

        rows.Add(Row.Of("failed", "", [servers.Sum(s => (double)s.Load.Errors)]));
        servers.ForEach(s => s.Entries.ForEach(e => e.Dispose()));
    }
}
