using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Cellway.Cli.Local;

/// <summary>This program again, as a server in a process of its own: its log goes to a file, its endpoints come from its ready file.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int Sigterm = 15;
    private const int Sigcont = 18;
    private const int Sigstop = 19;
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(15);

    // Beside this assembly, whatever program has loaded it.
    private static readonly string Program = Path.ChangeExtension(typeof(ChildProcess).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Lock _writing = new();
    private string? _lastLine;
    private bool _frozen;

    private ChildProcess(string name, Process process, StreamWriter log)
    {
        Name = name;
        _process = process;
        _log = log;
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
    }

    /// <summary>It has written a line. Handlers must not wait.</summary>
    public event Action<string>? Wrote;

    public string Name { get; }

    /// <summary>The process' id.</summary>
    public int Id => _process.Id;

    /// <summary>The processor time it has used.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The memory it has in use, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts it; its log is <c>NAME.log</c> in <paramref name="directory"/>.</summary>
    public static ChildProcess Start(string name, string directory, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? program = null)
    {
        var start = new ProcessStartInfo(program ?? Program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        var child = new ChildProcess(name, new Process { StartInfo = start }, new StreamWriter(Path.Combine(directory, name + ".log")) { AutoFlush = true });
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits for its ready file.</summary>
    /// <exception cref="CliException">It ended first, or took too long; the message has its last line.</exception>
    public async Task<IReadOnlyDictionary<string, string>> WaitForAsync(string readyFile, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!File.Exists(readyFile))
        {
            if (_process.HasExited)
            {
                throw new CliException($"{Name} ended with exit code {_process.ExitCode}: {_lastLine}");
            }

            if (TimeProvider.System.GetElapsedTime(begun) > ReadyWithin)
            {
                throw new CliException($"{Name} does not come up: {_lastLine}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }

        return JsonSerializer.Deserialize(await File.ReadAllBytesAsync(readyFile, cancellationToken), CliJson.Default.DictionaryStringString)!;
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code, and the last line it wrote.</returns>
    public async Task<(int ExitCode, string LastLine)> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        lock (_writing)
        {
            return (_process.ExitCode, _lastLine ?? "");
        }
    }

    /// <summary>Ends it the way a power cut does.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Stops it where it is: its sockets stay open and silent.</summary>
    public void Freeze()
    {
        _frozen = true;
        _ = Signal(_process.Id, Sigstop);
    }

    /// <summary>Lets it go on after <see cref="Freeze"/>, as if no time had passed.</summary>
    public void Thaw()
    {
        _frozen = false;
        _ = Signal(_process.Id, Sigcont);
    }

    /// <summary>Asks it to end, and makes it end when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_frozen && !_process.HasExited)
        {
            await KillAsync();
        }
        else if (!_process.HasExited)
        {
            _ = Signal(_process.Id, Sigterm); // it fails only for a process that has just ended
            using var deadline = new CancellationTokenSource(EndWithin);
            try
            {
                await _process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                await KillAsync();
            }
        }

        _process.Dispose();
        lock (_writing)
        {
            _log.Dispose();
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        lock (_writing)
        {
            _lastLine = line;
            if (_log.BaseStream is { CanWrite: true })
            {
                _log.WriteLine(line);
            }
        }

        Wrote?.Invoke(line);
    }
}
