using System.Collections.Concurrent;
using System.Net;
using Cellway.Cli.Admin;
using Cellway.Cli.Local.Drills;
using Cellway.Manager.Api;

namespace Cellway.Cli.Local;

/// <summary>A throwaway network of separate processes: management, Entries, Cores, clients; each node at an address of its own.</summary>
/// <param name="censor">Stands before every node, if there is one.</param>
/// <param name="plan">What it consists of; nothing: two Entries and three Cores in two cells.</param>
internal sealed class DemoNetwork(Censor? censor = null, DemoPlan? plan = null) : IAsyncDisposable
{
    public const string HomeCell = "alpha";
    public const string Management = "management";
    private const int StartedTogether = 6;
    private const string LastGood = "last-good";

    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("cellway-demo-");
    private readonly ConcurrentDictionary<string, ChildProcess> _children = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, List<string>> _arguments = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _nodes = new(StringComparer.Ordinal); // by the id of the token it has spent
    private readonly ConcurrentDictionary<string, (IPEndPoint Way, IPEndPoint Serving)> _gates = new(StringComparer.Ordinal);
    private readonly List<string> _tokens = [];
    private readonly SemaphoreSlim _starting = new(StartedTogether);
    private readonly DemoPlan _plan = plan ?? new();
    private AdminClient? _admin;

    public string Directory => _directory.FullName;

    public string CaFile => Path.Combine(Directory, "ca.pem");

    /// <summary>Every join token it has made.</summary>
    public IReadOnlyList<string> Tokens => _tokens;

    /// <summary>The Entry that subscriptions name first.</summary>
    public ChildProcess Entry => this["entry-1"];

    /// <summary>The first cell, in which devices live unless they are put elsewhere.</summary>
    public DemoCell Home => _plan.Cells[0];

    public AdminClient Admin => _admin ?? throw new InvalidOperationException("Management has not been started.");

    /// <summary>A process, by the name of its log.</summary>
    public ChildProcess this[string name] => _children[name];

    public async Task<string> CreateAsync(CancellationToken cancellationToken)
    {
        var first = new Manager.Authority.NetworkPlan("demo", new(Home.Name, Home.EntryDomain, Home.ExitDomain));
        var state = PathOf(Management);
        var created = await NetworkInitializer.RunAsync(
            state, StateStores.In(state), null, new(Path.Combine(state, "seal.key"), null), Profile, first, "127.0.0.1:1", TimeProvider.System, cancellationToken);
        return created.Network;
    }

    public async Task StartManagementAsync(CancellationToken cancellationToken)
    {
        var ready = await StartAsync(
            Management, [Management, "--state", PathOf(Management), "--node-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", .. _plan.Management], cancellationToken);
        Profile.SetServer(ready["admin"]);
        _admin = new(Profile.Open(), null, TimeProvider.System);
        foreach (var cell in _plan.Cells.Skip(1))
        {
            await _admin.SendAsync(
                HttpMethod.Post, "cells", new NewCell(cell.Name, cell.EntryDomain, cell.ExitDomain), AdminJson.Default.NewCell, AdminJson.Default.CellInfo, cancellationToken);
        }

        foreach (var cell in _plan.Cells.DistinctBy(c => c.Participant))
        {
            await _admin.SendAsync(
                HttpMethod.Post, "participants", new NewParticipant(cell.Participant, cell.Reserve), AdminJson.Default.NewParticipant, AdminJson.Default.ParticipantInfo, cancellationToken);
        }
    }

    /// <summary>Starts all nodes with a token each, and tells the cells where the Entries are.</summary>
    public async Task StartNodesAsync(CancellationToken cancellationToken)
    {
        var cores = _plan.Cells.SelectMany(c => Enumerable.Repeat(c, c.Cores)).ToList();
        await Task.WhenAll(
        [
            .. Enumerable.Range(0, _plan.Entries).Select(i => StartNodeAsync($"entry-{i + 1}", "entry", null, $"127.0.0.{11 + i}", cancellationToken)),
            .. cores.Select((cell, i) => StartNodeAsync($"core-{i + 1}", "core", cell, $"127.0.0.{21 + i}", cancellationToken)),
        ]);
        var entries = Enumerable.Range(0, _plan.Entries).Select(i => _gates[$"entry-{i + 1}"].Way.ToString()).ToList();
        foreach (var cell in _plan.Cells)
        {
            var info = await Admin.SendAsync(
                HttpMethod.Patch, $"cells/{cell.Name}", new CellChange(EntryAddresses: entries), AdminJson.Default.CellChange, AdminJson.Default.CellInfo, cancellationToken);
            await File.AppendAllTextAsync(CaFile, info.PrivateRoot + "\n", cancellationToken);
        }
    }

    /// <summary>Waits until every Core has been probed and every Entry is attached.</summary>
    public async Task<NetworkStatus> WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var status = await Admin.GetAsync("status", AdminJson.Default.NetworkStatus, cancellationToken);
            if (status.Nodes.Count == _nodes.Count && status.Nodes.All(n => n.State == "ready"))
            {
                return status;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>The process of a node, found by the token it has spent.</summary>
    public async Task<ChildProcess> ProcessOfAsync(string node, CancellationToken cancellationToken)
    {
        var tokens = await Admin.GetAsync("tokens", AdminJson.Default.IReadOnlyListTokenInfo, cancellationToken);
        return _children[_nodes[tokens.Single(t => t.Node == node).Id]];
    }

    public async Task<(int ExitCode, string LastLine)> TryJoinAsync(string name, string token, CancellationToken cancellationToken)
    {
        await using var intruder = ChildProcess.Start(
            name, Directory, ["core", "--state", PathOf(name), "--listen", "127.0.0.20:0"], new Dictionary<string, string> { ["CELLWAY_JOIN_TOKEN"] = token });
        return await intruder.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Starts one more Core of the first cell.</summary>
    public Task AddCoreAsync(string name, string address, CancellationToken cancellationToken) => StartNodeAsync(name, "core", Home, address, cancellationToken);

    /// <summary>Where management is after <see cref="StartNewManagementAsync"/>.</summary>
    public string NewManagement => PathOf("new-management");

    /// <summary>Runs this program as the operator, to its end.</summary>
    /// <exception cref="CliException">It failed; the message has its last line.</exception>
    public async Task RunAsync(string name, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await using var program = ChildProcess.Start(name, Directory, [.. arguments, "--profile", PathOf("operator")]);
        var (code, last) = await program.WaitForExitAsync(cancellationToken);
        if (code != 0)
        {
            throw new CliException($"cellway {string.Join(' ', arguments)} ended with exit code {code}: {last}");
        }
    }

    /// <summary>Gets the operator a newer certificate, and goes on with it.</summary>
    public async Task RenewOperatorAsync(CancellationToken cancellationToken)
    {
        await RunAsync("operator-renew", ["operator", "renew"], cancellationToken);
        _admin?.Dispose();
        _admin = new(Profile.Open(), null, TimeProvider.System);
    }

    /// <summary>Does something that every node is told, and waits until each has it on its disk.</summary>
    public async Task TellNodesAsync(Func<Task> tell, CancellationToken cancellationToken)
    {
        var files = _nodes.Values.Select(node => Path.Combine(PathOf(node), LastGood)).ToList();
        var before = files.ConvertAll(file => File.GetLastWriteTimeUtc(file));
        await tell();
        while (files.Where((file, i) => File.GetLastWriteTimeUtc(file) == before[i]).Any())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Ends management and burns its disk.</summary>
    public async Task DestroyManagementAsync()
    {
        await KillAsync(Management);
        await _children[Management].DisposeAsync();
        System.IO.Directory.Delete(PathOf(Management), recursive: true);
    }

    /// <summary>Starts management from another disk at another address.</summary>
    public async Task StartNewManagementAsync(CancellationToken cancellationToken)
    {
        var ready = await StartAsync(
            Management, [Management, "--state", NewManagement, "--node-listen", "127.0.0.2:0", "--admin-listen", "127.0.0.2:0"], cancellationToken);
        Profile.SetServer(ready["admin"]);
        _admin?.Dispose();
        _admin = new(Profile.Open(), null, TimeProvider.System);
    }

    /// <summary>Ends a process the way a power cut does: its machine refuses from then on.</summary>
    public async Task KillAsync(string name)
    {
        await _children[name].KillAsync();
        if (censor is not null && _gates.TryGetValue(name, out var gate))
        {
            await censor.CloseAsync(gate.Serving);
        }
    }

    /// <summary>Starts a process that was killed again, where it was and with what it has on its disk.</summary>
    public async Task RestartAsync(string name, CancellationToken cancellationToken)
    {
        await _children[name].DisposeAsync();
        await StartAsync(name, _arguments[name], cancellationToken);
        if (censor is not null && _gates.TryGetValue(name, out var gate))
        {
            censor.Open(gate.Way, gate.Serving);
        }
    }

    public Task<IReadOnlyDictionary<string, string>> ConnectAsync(string name, string subscription, CancellationToken cancellationToken) =>
        StartAsync(name, ["connect", subscription, "--ca", CaFile, "--listen", "127.0.0.1:0"], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _admin?.Dispose();
        _starting.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>Ends every process and waits for it.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(_children.Values.Select(c => c.DisposeAsync().AsTask()));
        _children.Clear();
    }

    private OperatorProfile Profile => new(PathOf("operator"));

    private string PathOf(string name) => Path.Combine(Directory, name);

    private async Task StartNodeAsync(string name, string role, DemoCell? cell, string address, CancellationToken cancellationToken)
    {
        var created = await Admin.SendAsync(
            HttpMethod.Post, "tokens", new NewToken((cell ?? Home).Participant, role, cell?.Name), AdminJson.Default.NewToken, AdminJson.Default.CreatedToken, cancellationToken);
        lock (_tokens)
        {
            _tokens.Add(created.Token);
        }

        var arguments = new List<string> { role, "--state", PathOf(name), "--listen", $"{address}:0", "--bind", address, "--reissue-within", "5" };
        var gate = address.Replace("127.0.0.", "127.0.1.", StringComparison.Ordinal);
        if (role == "core")
        {
            arguments.AddRange(["--allow-destination", "127.0.0.0/8"]); // the origin is on this machine
            arguments.AddRange(censor is null ? [] : ["--address", gate]);
        }
        else
        {
            arguments.AddRange(_plan.Entry);
        }

        var ready = await StartAsync(name, arguments, cancellationToken, new Dictionary<string, string> { ["CELLWAY_JOIN_TOKEN"] = created.Token });
        var serving = IPEndPoint.Parse(ready["serving"]);
        var way = censor is null ? serving : new(IPAddress.Parse(gate), serving.Port);
        censor?.Open(way, serving);
        _nodes[created.Info.Id] = name;
        _gates[name] = (way, serving);
    }

    private async Task<IReadOnlyDictionary<string, string>> StartAsync(
        string name, List<string> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            var readyFile = PathOf(name + ".ready");
            File.Delete(readyFile); // of one that was killed
            var child = ChildProcess.Start(name, Directory, [.. arguments, "--ready-file", readyFile], environment);
            _children[name] = child;
            var ready = await child.WaitForAsync(readyFile, cancellationToken);
            _arguments[name] = [.. arguments.Select((a, i) => i > 0 && a.EndsWith(":0", StringComparison.Ordinal) ? BoundTo(arguments[i - 1], ready) : a)];
            return ready;
        }
        finally
        {
            _starting.Release();
        }
    }

    // Others have been told where it is.
    private static string BoundTo(string option, IReadOnlyDictionary<string, string> ready) => option switch
    {
        "--node-listen" => ready["nodes"],
        "--admin-listen" => ready["admin"],
        _ => ready.GetValueOrDefault("serving") ?? ready["proxy"],
    };
}
