using System.Diagnostics;
using System.Globalization;

namespace Cellway.EndToEndTests.Faults;

/// <summary>One <c>cellway management</c>: killed, frozen, given a wrong clock and started again, at one address.</summary>
internal sealed class ReplicaProcess(string name, string home, string nodes, string admin, IReadOnlyList<string> launcher, IReadOnlyList<string> arguments) : IAsyncDisposable
{
    private static readonly string? Clockwork =
        new[] { "x86_64-linux-gnu", "aarch64-linux-gnu" }.Select(a => $"/usr/lib/{a}/faketime/libfaketime.so.1").FirstOrDefault(File.Exists);

    private readonly List<string> _logs = [];
    private Process? _process;
    private volatile string _run = $"{name}#0";

    public string Name => name;

    /// <summary>Where nodes come in.</summary>
    public string Nodes => nodes;

    /// <summary>Where operators come in.</summary>
    public string Admin => admin;

    /// <summary>This process among those that have run here: what one of them knew, the next one does not.</summary>
    public string Run => _run;

    /// <summary>Whether clocks can be set (libfaketime).</summary>
    public static bool HasClock => Clockwork is not null;

    /// <summary>The logs of every run, by the run's name.</summary>
    public IReadOnlyList<(string Run, string Path)> Logs => [.. _logs.Select((path, i) => ($"{name}#{i + 1}", path))];

    private Process Running => _process ?? throw new InvalidOperationException($"{name} does not run.");

    private string Ready => Path.Combine(home, $"{name}.ready");

    private string Clock => Path.Combine(home, $"{name}.clock");

    /// <summary>Starts it and waits until it serves, which it does only once it has read the state.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        File.Delete(Ready);
        await SetClockAsync(0);
        _logs.Add(Path.Combine(home, $"{name}-{_logs.Count + 1}.log"));
        _run = $"{name}#{_logs.Count}";

        // By a shell, because a pipe that nobody reads would stop it. exec keeps the process id.
        var start = new ProcessStartInfo(
            "/bin/sh",
            [
                "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", _logs[^1], .. launcher, CellwayProgram.Executable, "management",
                "--node-listen", nodes, "--admin-listen", admin, "--ready-file", Ready, .. arguments,
            ]);
        CellwayProgram.SetHome(start, home);
        if (Clockwork is not null)
        {
            start.Environment["LD_PRELOAD"] = Clockwork;
            start.Environment["FAKETIME_TIMESTAMP_FILE"] = Clock;
            start.Environment["FAKETIME_CACHE_DURATION"] = "1";
            start.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"; // only the clock on the wall is wrong
            start.Environment["FAKETIME_FORCE_MONOTONIC_FIX"] = "0"; // or waits with a limit spin
        }

        _process?.Dispose();
        _process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        while (!File.Exists(Ready))
        {
            if (_process.HasExited)
            {
                throw new ReplicaEndedException($"{_run} ended with {_process.ExitCode}: {await LogAsync()}");
            }

            await Task.Delay(50, limit.Token);
        }
    }

    /// <summary>Starts it again, as a supervisor does: also when it could not, because the state did not answer.</summary>
    public async Task StartAgainAsync()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await StartAsync(CancellationToken.None);
                return;
            }
            catch (ReplicaEndedException) when (tries < 30)
            {
                await Task.Delay(500);
            }
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        Running.Kill();
        await Running.WaitForExitAsync();
    }

    /// <summary>SIGTERM: it sends its nodes away and ends in order.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await Running.WaitForExitAsync(limit.Token);
        return Running.ExitCode;
    }

    /// <summary>SIGSTOP: its connections stay, its threads do not run.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT: it goes on as if nothing had been.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    /// <summary>Sets its clock apart from the machine's, in a jump; its monotonic clock runs on.</summary>
    public Task SetClockAsync(int seconds) => File.WriteAllTextAsync(Clock, string.Create(CultureInfo.InvariantCulture, $"{seconds:+0;-0;+0}s\n"));

    public async Task<string> LogAsync() => File.Exists(_logs[^1]) ? await File.ReadAllTextAsync(_logs[^1]) : "";

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, Running.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
