using System.Diagnostics;
using System.Text.Json;

namespace Cellway.Benchmarks.Scale;

/// <summary>The measured process as the load generator sees it.</summary>
internal sealed class ReplicaProcess : IDisposable
{
    private readonly Process _process;

    private ReplicaProcess(Process process, string nodes, string admin) => (_process, Nodes, Admin) = (process, nodes, admin);

    public string Nodes { get; }

    public string Admin { get; }

    public static async Task<ReplicaProcess> StartAsync(string kind, string directory)
    {
        var ready = Path.Combine(directory, "ready.json");
        File.Delete(ready);
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["replica", kind, directory]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        while (!File.Exists(ready))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"The {kind} ended with {process.ExitCode} before it served.");
            }

            await Task.Delay(20);
        }

        var bound = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(ready))!;
        return new(process, bound["nodes"], bound["admin"]);
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
