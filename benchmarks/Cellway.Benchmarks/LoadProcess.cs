using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Cellway.Cli.Local;
using Cellway.DataPlane.Tunnel.Client;

namespace Cellway.Benchmarks;

/// <summary>This program again, as the target or as background load: what is measured shares no process with it.</summary>
internal sealed class LoadProcess : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cellway-bench-");
    private ChildProcess? _child;

    /// <summary>Starts a sink.</summary>
    public static async Task<(LoadProcess Process, IPEndPoint Endpoint)> StartSinkAsync()
    {
        var process = new LoadProcess();
        return (process, IPEndPoint.Parse(await process.StartAsync("sink")));
    }

    /// <summary>Starts fetching as fast as it goes, over several streams of one connection (without a client: one connection each), until it is disposed.</summary>
    /// <param name="client">For the tunnel's Entry.</param>
    /// <param name="streams">How many.</param>
    /// <param name="megabytes">How many MB a second all of them take together; 0 for as many as there are.</param>
    /// <param name="nice">Added to the nice value of the process that sends and takes the bytes, which in the field are other machines.</param>
    public static async Task<LoadProcess> StartBulkAsync(TunnelClientOptions? client, int streams, int megabytes, int nice)
    {
        var process = new LoadProcess();
        var job = new BulkJob(
            streams, megabytes, client is null ? null : new(client.Server.ToString()!, client.ServerName, client.ServiceName, client.Id.ToArray(), [.. client.ExtraRoots.Select(c => c.RawData)]));
        await File.WriteAllTextAsync(process.FileOf("job"), JsonSerializer.Serialize(job));
        await process.StartAsync("bulk", nice);
        return process;
    }

    /// <summary>What the started process does.</summary>
    public static async Task RunAsync(string kind, string directory)
    {
        if (kind == "sink")
        {
            using var sink = new BenchSink();
            await SayReadyAsync(directory, sink.Endpoint.ToString());
            await Task.Delay(Timeout.Infinite);
        }

        var job = JsonSerializer.Deserialize<BulkJob>(await File.ReadAllTextAsync(Path.Combine(directory, "job")))!;
        using var source = new BenchSink();
        var target = source.Endpoint;
        using var client = job.Client is { } c
            ? new TunnelClient(new()
            {
                Server = IPEndPoint.Parse(c.Server),
                ServerName = c.ServerName,
                ServiceName = c.ServiceName,
                Id = c.Id,
                ExtraRoots = [.. c.Roots.Select(r => X509CertificateLoader.LoadCertificate(r))],
            })
            : null;
        await Task.WhenAll(Enumerable.Range(0, job.Streams).Select(async i =>
        {
            await using var stream = client is null ? await Loads.ConnectAsync(target) : await client.OpenAsync(target);
            await stream.WriteAsync(BenchSink.Ask(BenchSink.Send, long.MaxValue));
            var buffer = new byte[128 * 1024];
            var clock = Stopwatch.StartNew();
            for (long taken = 0, count; (count = await stream.ReadAsync(buffer)) > 0; taken += count)
            {
                if (taken == 0 && i == 0)
                {
                    await SayReadyAsync(directory, "");
                }

                while (job.Megabytes > 0 && taken > clock.Elapsed.TotalSeconds * job.Megabytes * 1e6 / job.Streams)
                {
                    await Task.Delay(1);
                }
            }
        }));
    }

    public async ValueTask DisposeAsync()
    {
        if (_child is not null)
        {
            await _child.KillAsync();
            await _child.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }

    private static async Task SayReadyAsync(string directory, string what)
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "ready.tmp"), what);
        File.Move(Path.Combine(directory, "ready.tmp"), Path.Combine(directory, "ready"));
    }

    private async Task<string> StartAsync(string kind, int nice = 0)
    {
        string[] command = ["-n", $"{nice}", Environment.ProcessPath!, "load", kind, _directory.FullName];
        _child = ChildProcess.Start(kind, _directory.FullName, command, program: "/usr/bin/nice");
        for (var i = 0; !File.Exists(FileOf("ready")); i++)
        {
            await Task.Delay(i < 1000 ? 20 : throw new TimeoutException($"The {kind} process does not come up."));
        }

        return await File.ReadAllTextAsync(FileOf("ready"));
    }

    private string FileOf(string name) => Path.Combine(_directory.FullName, name);

    private sealed record BulkJob(int Streams, int Megabytes, BulkClient? Client);

    private sealed record BulkClient(string Server, string ServerName, string ServiceName, byte[] Id, byte[][] Roots);
}
