using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Cellway.Cli.Client.Links;
using Cellway.Cli.Client.Tunneling;
using Cellway.Cli.Local;
using Cellway.Manager.Api;

namespace Cellway.Benchmarks;

/// <summary>Bytes and streams through real Entry and Core processes, beside the same over plain TCP in the same run.</summary>
internal static class DataPlaneBench
{
    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        var (runs, megabytes, streams) = quick ? (3, 128, 300) : (5, 512, 2000);
        await using var network = new DemoNetwork();
        await network.CreateAsync(default);
        await network.StartManagementAsync(default);
        await network.StartNodesAsync(default);
        await network.WaitUntilReadyAsync(default);
        var (client, core) = await ConnectAsync(network);
        using (client)
        {
            using var sink = new BenchSink();
            var chain = new Path(async () => await client.OpenAsync(sink.Endpoint, default));
            var direct = new Path(async () =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(sink.Endpoint);
                return new NetworkStream(socket, ownsSocket: true);
            });
            await chain.DownAsync(8, 32); // warm

            var rows = new List<Row>();
            foreach (var (name, way) in ((string, Func<Path, int, int, Task<double>>)[])[("down", (p, s, m) => p.DownAsync(s, m)), ("up", (p, s, m) => p.UpAsync(s, m))])
            {
                foreach (var parallel in (int[])[1, 8])
                {
                    var plain = Row.Of($"TCP, {name}, {parallel} streams", "MB/s", await RepeatAsync(runs, () => way(direct, parallel, megabytes)));
                    List<double> speed = [], entryCpu = [], coreCpu = [];
                    for (var i = 0; i < runs; i++)
                    {
                        var (entryBefore, coreBefore) = (network.Entry.Cpu, core.Cpu);
                        speed.Add(await way(chain, parallel, megabytes));
                        entryCpu.Add((network.Entry.Cpu - entryBefore).TotalSeconds / (megabytes / 1e3));
                        coreCpu.Add((core.Cpu - coreBefore).TotalSeconds / (megabytes / 1e3));
                    }

                    rows.Add(plain);
                    rows.Add(Row.Of($"Entry and Core, {name}, {parallel} streams", "MB/s", speed, plain));
                    rows.Add(Row.Of("  Entry", "CPU s/GB", entryCpu));
                    rows.Add(Row.Of("  Core", "CPU s/GB", coreCpu));
                }
            }

            var plainStreams = Row.Of("TCP, new connections, 32 at once", "1/s", await RepeatAsync(runs, () => direct.OpenManyAsync(32, streams)));
            List<double> rate = [], entryEach = [], coreEach = [];
            for (var i = 0; i < runs; i++)
            {
                var (entryBefore, coreBefore) = (network.Entry.Cpu, core.Cpu);
                rate.Add(await chain.OpenManyAsync(32, streams));
                entryEach.Add((network.Entry.Cpu - entryBefore).TotalMicroseconds / streams);
                coreEach.Add((core.Cpu - coreBefore).TotalMicroseconds / streams);
            }

            rows.Add(plainStreams);
            rows.Add(Row.Of("Entry and Core, new streams, 32 at once", "1/s", rate, plainStreams));
            rows.Add(Row.Of("  Entry", "CPU µs each", entryEach));
            rows.Add(Row.Of("  Core", "CPU µs each", coreEach));
            return rows;
        }
    }

    private static async Task<(TunnelOpener Client, ChildProcess Core)> ConnectAsync(DemoNetwork network)
    {
        await network.Admin.SendAsync(HttpMethod.Post, "users", new NewUser("bench"), AdminJson.Default.NewUser, AdminJson.Default.UserInfo, default);
        var added = await network.Admin.SendAsync(
            HttpMethod.Post, "devices", new NewDevice("bench", "load", DemoNetwork.HomeCell), AdminJson.Default.NewDevice, AdminJson.Default.DeviceCredential, default);
        var url = new Uri(added.SubscriptionUrls[0]);
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(network.CaFile);
        ShareLink.Parse(await FirstLinkAsync(url), out var link);
        var client = new TunnelOpener(link ?? throw new InvalidOperationException("The subscription has no usable link."), roots);
        return (client, await network.ProcessOfAsync(added.Device.Core!, default));

        async Task<string> FirstLinkAsync(Uri url)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(roots);
            using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } });
            var body = await http.GetStringAsync(url);
            return System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(body)).Split('\n')[0];
        }
    }

    private static async Task<List<double>> RepeatAsync(int runs, Func<Task<double>> run)
    {
        var results = new List<double>();
        for (var i = 0; i < runs; i++)
        {
            results.Add(await run());
        }

        return results;
    }

    /// <summary>A way to the sink.</summary>
    private sealed class Path(Func<Task<Stream>> open)
    {
        public Task<double> DownAsync(int streams, int megabytes) => MoveAsync(streams, megabytes, async (stream, bytes) =>
        {
            await stream.WriteAsync(BenchSink.Ask(BenchSink.Send, bytes));
            var buffer = new byte[64 * 1024];
            for (long left = bytes; left > 0;)
            {
                var count = await stream.ReadAsync(buffer);
                left -= count > 0 ? count : throw new IOException("ended early");
            }
        });

        public Task<double> UpAsync(int streams, int megabytes) => MoveAsync(streams, megabytes, async (stream, bytes) =>
        {
            await stream.WriteAsync(BenchSink.Ask(BenchSink.Take, bytes));
            var buffer = new byte[64 * 1024];
            for (long left = bytes; left > 0; left -= Math.Min(left, buffer.Length))
            {
                await stream.WriteAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)));
            }

            await stream.ReadExactlyAsync(buffer.AsMemory(0, 1)); // the sink has them all
        });

        public async Task<double> OpenManyAsync(int parallel, int total)
        {
            var left = total;
            var clock = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, parallel).Select(_ => Task.Run(async () =>
            {
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    await using var stream = await open();
                    await stream.WriteAsync(BenchSink.Ask(BenchSink.Send, 1));
                    await stream.ReadExactlyAsync(new byte[1]);
                }
            })));
            return total / clock.Elapsed.TotalSeconds;
        }

        private async Task<double> MoveAsync(int streams, int megabytes, Func<Stream, long, Task> move)
        {
            var clock = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, streams).Select(_ => Task.Run(async () =>
            {
                await using var stream = await open();
                await move(stream, megabytes * 1_000_000L / streams);
            })));
            return megabytes / clock.Elapsed.TotalSeconds;
        }
    }
}
