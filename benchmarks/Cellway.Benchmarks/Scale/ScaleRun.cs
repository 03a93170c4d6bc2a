using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Authentication;
using Cellway.Manager.Api;
using Cellway.Model.Identities;
using Cellway.Pki.Issuing;

namespace Cellway.Benchmarks.Scale;

/// <summary>Everything that is measured of the two replicas, in the order of a network's day: it starts, nodes come, all is quiet, something changes, a replica dies.</summary>
internal sealed class ScaleRun(ScaleRows rows, ScaleOptions options, EtcdProcess etcd, SimulatedNetwork network, List<SimulatedNode> nodes)
{
    public const int AtOnce = 64; // handshakes under way

    public async Task MeasureAsync()
    {
        ScaleRows.Say("cold start");
        var first = await ReplicaProcess.StartAsync("management", etcd.Endpoint.ToString());
        ReplicaProcess? second = null;
        using var stop = new CancellationTokenSource();
        var beating = Task.CompletedTask;
        try
        {
            var cold = await MeasureColdAsync(first);
            if (!options.NeedsNodes)
            {
                return;
            }

            beating = BeatAsync(stop.Token);
            await AttachAsync("attach, holding nothing", first);
            await MeasureMemoryAsync(first, cold);
            await MeasureQuietAsync(first);
            if (options.Wants("storm"))
            {
                second = await ReplicaProcess.StartAsync("management", etcd.Endpoint.ToString());
                await StormAsync(first, second);
                ScaleRows.Say("cold start with every node attached elsewhere");
                first.Dispose();
                first = await ReplicaProcess.StartAsync("management", etcd.Endpoint.ToString());
                rows.Add("cold start, all nodes attached elsewhere", "s", first.ColdStart);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await beating;
            first.Dispose();
            second?.Dispose();
        }
    }

    private async Task<ReplicaFigures> MeasureColdAsync(ReplicaProcess replica)
    {
        var figures = await replica.ReadAsync(settle: true);
        rows.Add("cold start", "s", replica.ColdStart);
        rows.Add("cold start: CPU", "s", figures.Cpu);
        rows.Add("heap per device", "B", (double)figures.Heap / options.Devices);
        rows.Add("resident per device", "B", (double)figures.Resident / options.Devices);
        return figures;
    }

    private async Task MeasureQuietAsync(ReplicaProcess replica)
    {
        if (options.Wants("beat"))
        {
            await MeasureBeatsAsync(replica);
        }

        if (options.Wants("change"))
        {
            ScaleRows.Say("another certificate for one cell, and for all");
            await ChangeAsync("a certificate for the Cores of a cell", replica, 1);
            await ChangeAsync("a certificate for the Cores of every cell", replica, options.Cells);
        }

        if (options.Wants("names"))
        {
            await RotateAsync(replica);
        }

        if (options.Wants("lookup"))
        {
            await LookupMeasurement.RunAsync(rows, "", options, [.. nodes.Where(n => n.Role == Role.Entry)], replica, connect: false);
        }
    }

    private async Task AttachAsync(string what, ReplicaProcess replica)
    {
        ScaleRows.Say(what);
        var (before, writes, begun) = (await replica.ReadAsync(), await etcd.WritesAsync(), Stopwatch.GetTimestamp());
        var each = new double[nodes.Count];
        await Parallel.ForAsync(0, nodes.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            var started = Stopwatch.GetTimestamp();
            await nodes[i].AttachAsync(replica.Nodes);
            each[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        });
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var after = await replica.ReadAsync();
        rows.Add($"{what}: all", "s", seconds);
        rows.Add($"{what}: one, p50", "ms", ScaleRows.Percentile(each, 0.5));
        rows.Add($"{what}: one, p99", "ms", ScaleRows.Percentile(each, 0.99));
        rows.Add($"{what}: CPU of management", "ms/node", (after.Cpu - before.Cpu) * 1000 / nodes.Count);
        rows.Add($"{what}: allocated", "KB/node", (after.Allocated - before.Allocated) / 1024.0 / nodes.Count);
        rows.Add($"{what}: stopped by collections", "s", after.Pause - before.Pause);
        rows.Add($"{what}: etcd writes", "1/node", (await etcd.WritesAsync() - writes) / nodes.Count);
    }

    private async Task MeasureMemoryAsync(ReplicaProcess replica, ReplicaFigures cold)
    {
        ScaleRows.Say("waiting until nobody is told anything any more");
        await UntilQuietAsync();
        var attached = await replica.ReadAsync(settle: true);
        rows.Add("heap per attached node", "KB", (attached.Heap - cold.Heap) / 1024.0 / nodes.Count);
        rows.Add("resident per attached node", "KB", (attached.Resident - cold.Resident) / 1024.0 / nodes.Count);
        rows.Add("routes per Core, mean", "routes", nodes.Where(n => n.Role == Role.Core).Average(n => n.Routes));
    }

    private async Task MeasureBeatsAsync(ReplicaProcess replica)
    {
        ScaleRows.Say("nothing but heartbeats");
        var (before, writes, begun) = (await replica.ReadAsync(), await etcd.WritesAsync(), Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(Math.Max(20, options.Seconds * 2)));
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var after = await replica.ReadAsync();
        rows.Add("heartbeats: CPU of management", "% of a core", (after.Cpu - before.Cpu) / seconds * 100);
        rows.Add("heartbeats: allocated", "B each", (after.Allocated - before.Allocated) / (nodes.Count * seconds / 10));
        rows.Add("heartbeats: etcd writes", "1/s", (await etcd.WritesAsync() - writes) / seconds);
    }

    // Every 10 s of every node, spread; a node that is silent is taken out.
    private async Task BeatAsync(CancellationToken stop)
    {
        var begun = Stopwatch.GetTimestamp();
        for (long sent = 0; !stop.IsCancellationRequested; await Task.Delay(10, CancellationToken.None))
        {
            for (; sent < Stopwatch.GetElapsedTime(begun).TotalSeconds * nodes.Count / 10; sent++)
            {
                nodes[(int)(sent % nodes.Count)].Heartbeat();
            }
        }
    }

    private async Task ChangeAsync(string what, ReplicaProcess replica, int cells)
    {
        var names = Enumerable.Range(0, cells).Select(SimulatedNetwork.CellOf).ToHashSet();
        var concerned = nodes.Where(n => n.Cell is { } cell && names.Contains(cell)).ToList();
        var made = names.ToDictionary(c => c, c => WebCertificateMaker.Make([$"exit.{c}.example"], [], TimeSpan.FromDays(30), TimeProvider.System));
        using var admin = AdminOf(replica);
        await SpreadAsync(what, replica, concerned, async () =>
        {
            foreach (var cell in names)
            {
                var pem = System.Security.Cryptography.PemEncoding.WriteString("PRIVATE KEY", made[cell].PrivateKey);
                using var response = await admin.PutAsJsonAsync($"v1/cells/{cell}/certificates/exit", new NewWebCertificate(made[cell].Chain, pem), AdminJson.Default.NewWebCertificate);
                response.EnsureSuccessStatusCode();
            }
        });
    }

    // Of every cell, for clients and for Cores: every Core and every Entry learns them.
    private async Task RotateAsync(ReplicaProcess replica)
    {
        ScaleRows.Say("rotation of every name");
        using var admin = AdminOf(replica);
        await SpreadAsync("rotation of every name", replica, nodes, async () =>
        {
            using var response = await admin.PostAsJsonAsync("v1/rotation", new RotateRequest(), AdminJson.Default.RotateRequest);
            response.EnsureSuccessStatusCode();
        });
    }

    private async Task SpreadAsync(string what, ReplicaProcess replica, List<SimulatedNode> concerned, Func<Task> change)
    {
        var (before, begun) = (await replica.ReadAsync(), Stopwatch.GetTimestamp());
        await change();
        while (concerned.Any(n => n.UpdatedAt < begun) && Stopwatch.GetElapsedTime(begun).TotalSeconds < 60)
        {
            await Task.Delay(5);
        }

        await UntilQuietAsync();
        var after = await replica.ReadAsync();
        double[] each = [.. concerned.Select(n => Stopwatch.GetElapsedTime(begun, n.UpdatedAt).TotalMilliseconds)];
        rows.Add($"{what} ({concerned.Count}): p50", "ms", ScaleRows.Percentile(each, 0.5));
        rows.Add($"{what} ({concerned.Count}): last", "ms", each.Max());
        rows.Add($"{what} ({concerned.Count}): CPU of management", "µs/node", (after.Cpu - before.Cpu) * 1e6 / concerned.Count);
    }

    private async Task StormAsync(ReplicaProcess first, ReplicaProcess second)
    {
        await second.ReadAsync(settle: true);
        ScaleRows.Say("killing the replica that has every node");
        var killed = Stopwatch.GetTimestamp();
        first.Kill();
        await AttachAsync("attach elsewhere", second);
        rows.Add("death to all attached elsewhere", "s", Stopwatch.GetElapsedTime(killed).TotalSeconds);
    }

    private async Task UntilQuietAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        while (nodes.Max(n => n.UpdatedAt) is var last && Stopwatch.GetElapsedTime(last).TotalSeconds < 2 && Stopwatch.GetElapsedTime(begun).TotalSeconds < 60)
        {
            await Task.Delay(100);
        }
    }

    [SuppressMessage("Security", "CA5359", Justification = "Not what is measured.")]
    private HttpClient AdminOf(ReplicaProcess replica) => new(new SocketsHttpHandler
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
}
