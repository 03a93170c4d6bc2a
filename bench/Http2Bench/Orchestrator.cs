using System.Diagnostics;

namespace Cellway.Http2Bench;

/// <summary>Starts the chain, runs loads against it, and reads what each process spent.</summary>
internal static class Orchestrator
{
    private static readonly double s_tick = 0.01; // USER_HZ is 100 on every Linux we run on

    public static async Task<int> RunAsync(string[] modes)
    {
        var directory = Directory.CreateTempSubdirectory("h2bench").FullName;
        var started = new List<Process>();
        async Task<(Process Process, string Port)> StartAsync(params string[] arguments)
        {
            var ready = Path.Combine(directory, $"{started.Count}.{arguments[0]}");
            var process = Spawn([arguments[0], ready, .. arguments[1..]]);
            started.Add(process);
            while (!File.Exists(ready))
            {
                await Task.Delay(20);
            }

            return (process, await File.ReadAllTextAsync(ready));
        }

        try
        {
            var sink = await StartAsync("sink");
            var core = await StartAsync("core", sink.Port);
            var entry = await StartAsync("entry", core.Port);
            foreach (var mode in modes.Length > 0 ? modes : ["dl1", "dl8", "ul1", "ul8", "rate", "pp", "mixed", "far", "idle"])
            {
                var gigabytes = double.Parse(Environment.GetEnvironmentVariable("GB") ?? "2", System.Globalization.CultureInfo.InvariantCulture);
                var bytes = ((long)(gigabytes * (1L << 30))).ToString();
                if (mode == "far")
                {
                    // Both hops far: 80 ms between Entry and Core.
                    var delay = await StartAsync("delay", core.Port, "80");
                    var far = await StartAsync("entry", delay.Port);
                    await MeasureAsync("far dl1", [("entry", far.Process), ("core", core.Process)], far.Port, "dl", "1", "1000000000");
                    await MeasureAsync("far ul1", [("entry", far.Process), ("core", core.Process)], far.Port, "ul", "1", "1000000000");
                    var client = await StartAsync("delay", entry.Port, "80");
                    await MeasureAsync("far client dl1", [("entry", entry.Process), ("core", core.Process)], client.Port, "dl", "1", "1000000000");
                    await MeasureAsync("far client ul1", [("entry", entry.Process), ("core", core.Process)], client.Port, "ul", "1", "1000000000");
                    continue;
                }

                (string, Process)[] watched = [("entry", entry.Process), ("core", core.Process)];
                await (mode switch
                {
                    "dl1" or "dl8" or "ul1" or "ul8" => MeasureAsync(mode, watched, entry.Port, mode[..2], mode[2..], bytes),
                    "rate" => MeasureAsync(mode, watched, entry.Port, "rate", "32", "0"),
                    "idle" => MeasureAsync(mode, watched, entry.Port, "idle", "1", "5000"),
                    "mixed" => MeasureAsync(mode, watched, entry.Port, mode, "4", ((long)(gigabytes * 4e9)).ToString()),
                    _ => MeasureAsync(mode, watched, entry.Port, mode, "1", bytes),
                });
            }

            return 0;
        }
        finally
        {
            foreach (var process in started)
            {
                process.Kill();
                process.Dispose();
            }

            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task MeasureAsync(string name, (string Name, Process Process)[] watched, string port, params string[] load)
    {
        var residentBefore = watched.Select(w => Resident(w.Process)).ToArray();
        using var process = Spawn(["load", port, .. load], redirect: true);
        var line = await process.StandardOutput.ReadLineAsync();
        if (line != "START")
        {
            Console.WriteLine($"{name}: load said {line}");
            return;
        }

        if (name == "idle")
        {
            await Task.Delay(1000);
            foreach (var (w, i) in watched.Select((w, i) => (w, i)))
            {
                Console.WriteLine($"idle {w.Name}: {(Resident(w.Process) - residentBefore[i]) / double.Parse(load[2]):F0} B per stream, resident {Resident(w.Process) >> 20} MB");
            }
        }

        var before = watched.Select(w => Cpu(w.Process)).ToArray();
        await process.StandardInput.WriteLineAsync("go");
        string? last = null;
        while (await process.StandardOutput.ReadLineAsync() is { } next)
        {
            Console.WriteLine($"{name}: {next}");
            last = next.StartsWith("RESULT", StringComparison.Ordinal) ? next : last;
        }

        await process.WaitForExitAsync();
        foreach (var (w, i) in watched.Select((w, i) => (w, i)))
        {
            var cpu = Cpu(w.Process) - before[i];
            var text = last?.Split(' ') ?? [];
            var extra = Value(text, "bytes=") is { } bytes ? $" {cpu / (bytes / 1e9):F2} s/GB"
                : Value(text, "count=") is { } count ? $" {cpu / count * 1e6:F1} us per stream"
                : "";
            Console.WriteLine($"  {w.Name}: cpu {cpu:F2} s{extra}, resident {Resident(w.Process) >> 20} MB");
        }
    }

    private static double? Value(string[] words, string key) =>
        words.FirstOrDefault(w => w.StartsWith(key, StringComparison.Ordinal)) is { } word ? double.Parse(word[key.Length..]) : null;

    private static double Cpu(Process process)
    {
        var stat = File.ReadAllText($"/proc/{process.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11]) + long.Parse(fields[12])) * s_tick;
    }

    private static long Resident(Process process) =>
        long.Parse(File.ReadAllText($"/proc/{process.Id}/statm").Split(' ')[1]) * Environment.SystemPageSize;

    private static Process Spawn(string[] arguments, bool redirect = false)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardInput = redirect, RedirectStandardOutput = redirect };
        start.Environment.TryAdd("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        start.Environment.TryAdd("DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "0");
        start.Environment.TryAdd("DOTNET_gcConcurrent", "0");
        return Process.Start(start)!;
    }
}
