using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Cellway.Benchmarks.Scale;

/// <summary>The measured process as the load generator sees it.</summary>
internal sealed class ReplicaProcess : IDisposable
{
    private readonly Process _process;

    private ReplicaProcess(Process process, ReplicaStarted started) => (_process, Nodes, Admin, ColdStart) = (process, IPEndPoint.Parse(started.Nodes), started.Admin, started.Seconds);

    public IPEndPoint Nodes { get; }

    public string Admin { get; }

    /// <summary>Seconds from its first line of code until it served.</summary>
    public double ColdStart { get; }

    /// <param name="kind">management or bare.</param>
    /// <param name="argument">Where etcd is, or the directory with the bare service's certificate.</param>
    public static async Task<ReplicaProcess> StartAsync(string kind, string argument)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["replica", kind, argument]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        return await process.StandardOutput.ReadLineAsync() is { } line
            ? new(process, JsonSerializer.Deserialize<ReplicaStarted>(line)!)
            : throw new InvalidOperationException($"The {kind} process ended before it served.");
    }

    /// <param name="settle">Collect garbage first, to see what is really held.</param>
    public async Task<ReplicaFigures> ReadAsync(bool settle = false)
    {
        await _process.StandardInput.WriteLineAsync(settle ? "settle" : "read");
        return JsonSerializer.Deserialize<ReplicaFigures>((await _process.StandardOutput.ReadLineAsync())!)!;
    }

    /// <summary>Says a line and takes the one that answers it.</summary>
    public async Task<string> SayAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        return (await _process.StandardOutput.ReadLineAsync())!;
    }

    /// <summary>As by kill -9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}
