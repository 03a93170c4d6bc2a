using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cellway.State.Etcd;

namespace Cellway.Benchmarks.Scale;

/// <summary>Debian's etcd, one member with its data below a directory. It counts its writes itself.</summary>
internal sealed class EtcdProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120); // it reads millions of keys at its start

    private readonly Process _process;
    private readonly HttpClient _http = new();

    private EtcdProcess(Process process, Uri endpoint) => (_process, Endpoint) = (process, endpoint);

    public Uri Endpoint { get; }

    public static async Task<EtcdProcess> StartAsync(string directory)
    {
        var (client, peer) = (FreePort(), FreePort());
        string[] arguments =
        [
            "--name", "bench", "--data-dir", Path.Combine(directory, "etcd"), "--enable-grpc-gateway=false", "--force-new-cluster",
            "--listen-client-urls", $"http://127.0.0.1:{client}", "--advertise-client-urls", $"http://127.0.0.1:{client}",
            "--listen-peer-urls", $"http://127.0.0.1:{peer}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{peer}",
            "--initial-cluster", $"bench=http://127.0.0.1:{peer}", "--quota-backend-bytes", (8L << 30).ToString(CultureInfo.InvariantCulture),
        ];

        // By a shell, because etcd's log is longer than a pipe and must not stop it. exec keeps the process id.
        string[] shell = ["-c", "log=$1; shift; exec etcd \"$@\" >>\"$log\" 2>&1", "etcd", Path.Combine(directory, "etcd.log"), .. arguments];
        var etcd = new EtcdProcess(Process.Start(new ProcessStartInfo("/bin/sh", shell))!, new($"http://127.0.0.1:{client}"));
        var begun = Stopwatch.GetTimestamp();
        while (!await etcd.IsHealthyAsync())
        {
            if (etcd._process.HasExited || Stopwatch.GetElapsedTime(begun) > Patience)
            {
                etcd.Dispose();
                throw new InvalidOperationException("etcd does not serve:\n" + await File.ReadAllTextAsync(Path.Combine(directory, "etcd.log")));
            }

            await Task.Delay(100);
        }

        return etcd;
    }

    public Task<EtcdStateStore> OpenAsync() => OpenAsync(Endpoint);

    public static Task<EtcdStateStore> OpenAsync(Uri endpoint) =>
        EtcdStateStore.OpenAsync(new() { Endpoints = [endpoint], RequestTimeout = TimeSpan.FromSeconds(60), AttemptTimeout = TimeSpan.FromSeconds(60) }, TimeProvider.System, default);

    /// <summary>What has gone through its log: transactions that write, leases made and ended. Renewing a lease writes nothing.</summary>
    public async Task<double> WritesAsync()
    {
        var metrics = await _http.GetStringAsync(new Uri(Endpoint, "metrics"));
        return metrics.Split('\n').Where(l => l.StartsWith("etcd_server_proposals_committed_total ", StringComparison.Ordinal))
            .Select(l => double.Parse(l[(l.IndexOf(' ', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture)).Single();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _http.Dispose();
    }

    private async Task<bool> IsHealthyAsync()
    {
        try
        {
            return (await _http.GetStringAsync(new Uri(Endpoint, "health"))).Contains("\"true\"", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
