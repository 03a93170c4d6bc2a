using System.Diagnostics;
using System.Globalization;

namespace Cellway.Testing.Etcd;

/// <summary>One member of an <see cref="EtcdCluster"/>: a process that can be killed, frozen and started again on its data.</summary>
public sealed class EtcdMemberProcess : IAsyncDisposable
{
    private readonly string _log;
    private readonly string[] _command;
    private Process? _process;

    /// <param name="name">Of the member.</param>
    /// <param name="host">Where it listens.</param>
    /// <param name="clientPort">For clients.</param>
    /// <param name="peerPort">For the other members.</param>
    /// <param name="scheme">http or https.</param>
    /// <param name="directory">For its log.</param>
    /// <param name="command">The program and its arguments.</param>
    internal EtcdMemberProcess(string name, string host, int clientPort, int peerPort, string scheme, string directory, string[] command)
    {
        Name = name;
        ClientPort = clientPort;
        PeerPort = peerPort;
        Endpoint = new($"{scheme}://{host}:{clientPort}");
        _log = Path.Combine(directory, name + ".log");
        _command = command;
    }

    public string Name { get; }

    public int ClientPort { get; }

    public int PeerPort { get; }

    public Uri Endpoint { get; }

    /// <summary>Its process id, for tools that act on processes.</summary>
    public int Id => Running.Id;

    public bool IsRunning => _process is { HasExited: false };

    public string Log => File.Exists(_log) ? File.ReadAllText(_log) : "";

    private Process Running => _process ?? throw new InvalidOperationException($"{Name} is not running.");

    /// <summary>Starts it; does not wait until it serves.</summary>
    public void Start()
    {
        // By a shell, because etcd's log is longer than a pipe and must not stop it. exec keeps the process id.
        string[] shell = ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "etcd", _log, .. _command];
        _process?.Dispose();
        _process = Process.Start(new ProcessStartInfo("/bin/sh", shell))!;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        Running.Kill();
        await Running.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: its connections stay, and nobody answers.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

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
