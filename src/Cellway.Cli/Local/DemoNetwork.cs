using System.Net;
using Cellway.Cli.Admin;
using Cellway.Cli.Local.Drills;
using Cellway.Manager.Api;

namespace Cellway.Cli.Local;

/// <summary>A throwaway network of separate processes: management, two Entries, three Cores in two cells, each at an address of its own.</summary>
/// <param name="censor">Stands before every node, if there is one.</param>
internal sealed class DemoNetwork(Censor? censor = null) : IAsyncDisposable
{
    public const string HomeCell = "alpha";
    public const string HomeEntryDomain = "www.alpha.example";
    public const string HomeExitDomain = "cdn.alpha.example";
    private const string OtherCell = "beta";
    private const long Reserve = 1L << 40; // so that the other cell's Core takes over when one is blocked
    private const string Participant = "demo";

    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("cellway-demo-");
    private readonly List<ChildProcess> _children = [];
    private readonly Dictionary<string, ChildProcess> _nodes = [];
    private readonly Dictionary<string, List<string>> _arguments = new(StringComparer.Ordinal);
    private readonly List<string> _entryAddresses = [];
    private IReadOnlyDictionary<string, string> _management = new Dictionary<string, string>();
    private AdminClient? _admin;

    public string Directory => _directory.FullName;

    public string CaFile => Path.Combine(Directory, "ca.pem");

    /// <summary>Every join token the demo has made.</summary>
    public List<string> Tokens { get; } = [];

    /// <summary>The Entry that subscriptions name first.</summary>
    public ChildProcess Entry => _children.Single(c => c.Name == "entry-1");

    public AdminClient Admin => _admin ?? throw new InvalidOperationException("Management has not been started.");

    public async Task<string> CreateAsync(CancellationToken cancellationToken)
    {
        var plan = new Manager.Authority.NetworkPlan("demo", new(HomeCell, HomeEntryDomain, HomeExitDomain));
        var state = PathOf("management");
        var created = await NetworkInitializer.RunAsync(
            state, StateStores.In(state), null, new(Path.Combine(state, "seal.key"), null), Profile, plan, "127.0.0.1:1", TimeProvider.System, cancellationToken);
        return created.Network;
    }

    public async Task StartManagementAsync(CancellationToken cancellationToken)
    {
        _management = await RunManagementAsync("127.0.0.1:0", "127.0.0.1:0", cancellationToken);
        Profile.SetServer(_management["admin"]);
        _admin = new(Profile.Open(), null, TimeProvider.System);
        await _admin.SendAsync(
            HttpMethod.Post, "cells", new NewCell(OtherCell, "www.beta.example", "cdn.beta.example"), AdminJson.Default.NewCell, AdminJson.Default.CellInfo, cancellationToken);
        await _admin.SendAsync(
            HttpMethod.Post, "participants", new NewParticipant(Participant, Reserve), AdminJson.Default.NewParticipant, AdminJson.Default.ParticipantInfo, cancellationToken);
    }

    /// <summary>Starts management again where it was, after <see cref="KillManagementAsync"/>.</summary>
    public Task RestartManagementAsync(CancellationToken cancellationToken) => RunManagementAsync(_management["nodes"], _management["admin"], cancellationToken);

    public async Task KillManagementAsync()
    {
        var management = _children.Single(c => c.Name == "management");
        await management.KillAsync();
        await management.DisposeAsync();
        _children.Remove(management);
    }

    /// <summary>Starts all nodes with a token each, and tells the cells where the Entries are.</summary>
    public async Task StartNodesAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            StartNodeAsync("entry-1", "entry", null, "127.0.0.11", cancellationToken),
            StartNodeAsync("entry-2", "entry", null, "127.0.0.12", cancellationToken),
            StartNodeAsync("core-1", "core", HomeCell, "127.0.0.21", cancellationToken),
            StartNodeAsync("core-2", "core", HomeCell, "127.0.0.22", cancellationToken),
            StartNodeAsync("core-3", "core", OtherCell, "127.0.0.23", cancellationToken));
        foreach (var cell in (string[])[HomeCell, OtherCell])
        {
            var info = await Admin.SendAsync(
                HttpMethod.Patch, $"cells/{cell}", new CellChange(EntryAddresses: [.. _entryAddresses.Order(StringComparer.Ordinal)]),
                AdminJson.Default.CellChange, AdminJson.Default.CellInfo, cancellationToken);
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
        return _nodes[tokens.Single(t => t.Node == node).Id];
    }

    public async Task<(int ExitCode, string LastLine)> TryJoinAsync(string name, string token, CancellationToken cancellationToken)
    {
        await using var intruder = ChildProcess.Start(
            name, Directory, ["core", "--state", PathOf(name), "--listen", "127.0.0.29:0"], new Dictionary<string, string> { ["CELLWAY_JOIN_TOKEN"] = token });
        return await intruder.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Ends a process the way a power cut does.</summary>
    public Task KillAsync(string name) => _children.Single(c => c.Name == name).KillAsync();

    /// <summary>Starts a process that was killed again, where it was and with what it has on its disk.</summary>
    public async Task RestartAsync(string name, CancellationToken cancellationToken)
    {
        var dead = _children.Single(c => c.Name == name);
        _children.Remove(dead);
        await dead.DisposeAsync();
        File.Delete(PathOf(name + ".ready"));
        await StartAsync(name, _arguments[name], cancellationToken);
        foreach (var (token, _) in _nodes.Where(n => n.Value == dead).ToList())
        {
            _nodes[token] = _children.Single(c => c.Name == name);
        }
    }

    public Task<IReadOnlyDictionary<string, string>> ConnectAsync(string name, string subscription, CancellationToken cancellationToken) =>
        StartAsync(name, ["connect", subscription, "--ca", CaFile, "--listen", "127.0.0.1:0"], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _admin?.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>Ends every process and waits for it.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(_children.Select(c => c.DisposeAsync().AsTask()));
        _children.Clear();
    }

    private OperatorProfile Profile => new(PathOf("operator"));

    private string PathOf(string name) => Path.Combine(Directory, name);

    private async Task StartNodeAsync(string name, string role, string? cell, string address, CancellationToken cancellationToken)
    {
        var created = await Admin.SendAsync(
            HttpMethod.Post, "tokens", new NewToken(Participant, role, cell), AdminJson.Default.NewToken, AdminJson.Default.CreatedToken, cancellationToken);
        Tokens.Add(created.Token);
        var arguments = new List<string> { role, "--state", PathOf(name), "--listen", $"{address}:0", "--bind", address };
        var gate = address.Replace("127.0.0.", "127.0.1.", StringComparison.Ordinal);
        if (role == "core")
        {
            arguments.AddRange(["--allow-destination", "127.0.0.0/8"]); // the origin is on this machine
            arguments.AddRange(censor is null ? [] : ["--address", gate]);
        }

        var ready = await StartAsync(name, arguments, cancellationToken, new Dictionary<string, string> { ["CELLWAY_JOIN_TOKEN"] = created.Token });
        var serving = IPEndPoint.Parse(ready["serving"]);
        var way = censor is null ? serving : new(IPAddress.Parse(gate), serving.Port);
        censor?.Open(way, serving);
        lock (_nodes)
        {
            _nodes[created.Info.Id] = _children.Single(c => c.Name == name);
            if (role == "entry")
            {
                _entryAddresses.Add(way.ToString());
            }
        }
    }

    private Task<IReadOnlyDictionary<string, string>> RunManagementAsync(string nodes, string admin, CancellationToken cancellationToken) =>
        StartAsync("management", ["management", "--state", PathOf("management"), "--node-listen", nodes, "--admin-listen", admin], cancellationToken);

    private async Task<IReadOnlyDictionary<string, string>> StartAsync(
        string name, List<string> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var readyFile = PathOf(name + ".ready");
        File.Delete(readyFile); // of one that was killed
        var child = ChildProcess.Start(name, Directory, [.. arguments, "--ready-file", readyFile], environment);
        lock (_nodes)
        {
            _children.Add(child);
        }

        var ready = await child.WaitForAsync(readyFile, cancellationToken);
        lock (_nodes)
        {
            _arguments[name] = [.. arguments.Select((a, i) => i > 0 && a.EndsWith(":0", StringComparison.Ordinal) ? BoundTo(arguments[i - 1], ready) : a)];
        }

        return ready;
    }

    // Others have been told where it is.
    private static string BoundTo(string option, IReadOnlyDictionary<string, string> ready) => option switch
    {
        "--node-listen" => ready["nodes"],
        "--admin-listen" => ready["admin"],
        _ => ready.GetValueOrDefault("serving") ?? ready["proxy"],
    };
}
