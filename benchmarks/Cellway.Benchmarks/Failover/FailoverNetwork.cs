using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Cellway.Cli.Client.Links;
using Cellway.Cli.Client.Subscription;
using Cellway.Cli.Local;
using Cellway.Cli.Local.Drills;
using Cellway.DataPlane.Tunnel.Client;
using Cellway.Manager.Api;

namespace Cellway.Benchmarks.Failover;

/// <summary>A network with a cell for each trial, so that trials need not wait for each other: handshakes are counted per exit domain.</summary>
internal sealed class FailoverNetwork : IAsyncDisposable
{
    private const string User = "visitors";
    private static readonly string[] Entries = ["entry-1", "entry-2"];

    private readonly BenchSink _origin = new();
    private readonly ConcurrentDictionary<(string Entry, string Core), long> _lostAt = new();
    private readonly ConcurrentDictionary<string, long> _incidentAt = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;

    private FailoverNetwork(int cells)
    {
        Cells = [.. Enumerable.Range(1, cells).Select(i => new DemoCell($"c{i:d2}", 2, "owner", 0))]; // they lend nothing: the next one to be blocked would be a lender
        Network = new(Censor, new() { Cells = [.. Cells, new("lender", 2)] });
    }

    public Censor Censor { get; } = new();

    public DemoNetwork Network { get; }

    public IReadOnlyList<DemoCell> Cells { get; }

    /// <summary>Those of each cell: devices on both of its Cores, each at both Entries.</summary>
    public Dictionary<string, List<Visitor>> Visitors { get; } = new(StringComparer.Ordinal);

    public static async Task<FailoverNetwork> StartAsync(int cells)
    {
        var network = new FailoverNetwork(cells);
        try
        {
            await network.StartAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>When an Entry was sure that a Core carries nothing, in ticks of the clock.</summary>
    public long? LostAt(string entry, string core) => _lostAt.TryGetValue((entry, core), out var at) ? at : null;

    /// <summary>When an incident of the cell was open.</summary>
    public long? IncidentAt(string cell) => _incidentAt.TryGetValue(cell, out var at) ? at : null;

    /// <summary>Whether every Entry reaches every Core that it knows.</summary>
    public bool IsWhole => _lostAt.IsEmpty;

    /// <summary>A cell's Cores and their processes.</summary>
    public async Task<IReadOnlyList<(string Core, ChildProcess Process)>> CoresAsync(DemoCell cell)
    {
        List<(string, ChildProcess)> cores = [];
        foreach (var node in await Network.Admin.GetAsync("nodes", AdminJson.Default.IReadOnlyListNodeInfo, default))
        {
            if (node.Cell == cell.Name && node.Role == "core")
            {
                cores.Add((node.Id, await Network.ProcessOfAsync(node.Id, default)));
            }
        }

        return cores;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        await Task.WhenAll(Visitors.Values.SelectMany(v => v).Select(v => v.DisposeAsync().AsTask()));
        await Censor.DisposeAsync();
        await Network.DisposeAsync();
        _origin.Dispose();
        _stop.Dispose();
    }

    private async Task StartAsync()
    {
        await Network.CreateAsync(default);
        await Network.StartManagementAsync(default);
        await Network.StartNodesAsync(default);
        foreach (var entry in Entries)
        {
            Network[entry].Wrote += line => Note(entry, line);
        }

        await Network.WaitUntilReadyAsync(default);
        await Network.Admin.SendAsync(HttpMethod.Post, "users", new NewUser(User), AdminJson.Default.NewUser, AdminJson.Default.UserInfo, default);
        foreach (var cell in Cells)
        {
            Visitors[cell.Name] = await VisitAsync(cell);
        }

        _watching = WatchIncidentsAsync();
    }

    private async Task<List<Visitor>> VisitAsync(DemoCell cell)
    {
        List<Visitor> visitors = [];
        HashSet<string> cores = [];
        for (var i = 0; cores.Count < cell.Cores; i++)
        {
            var added = await Network.Admin.SendAsync(
                HttpMethod.Post, "devices", new NewDevice(User, $"{cell.Name}-{i}", cell.Name), AdminJson.Default.NewDevice, AdminJson.Default.DeviceCredential, default);
            if (!cores.Add(added.Device.Core ?? throw new InvalidOperationException($"A device of {cell.Name} has no Core.")))
            {
                continue; // one more on the same Core
            }

            var links = await LinksAsync(added.SubscriptionUrls[0], cell);
            visitors.AddRange(links.Zip(Entries, (link, entry) => new Visitor(link, _origin.Endpoint, entry)));
        }

        return visitors;
    }

    // In the order of the Entries.
    private async Task<List<TunnelClientOptions>> LinksAsync(string subscription, DemoCell cell)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(Network.CaFile);
        SubscriptionUrl.Parse(subscription, out var url);
        var fetched = await new SubscriptionFetcher(url!, roots, TimeProvider.System).FetchAsync(default);
        return
        [
            .. fetched.List.Links.Where(l => l.ServerName == cell.EntryDomain).OrderBy(l => l.Server.ToString(), StringComparer.Ordinal).Select(l => OptionsOf(l, roots)),
        ];
    }

    private static TunnelClientOptions OptionsOf(ShareLink link, X509Certificate2Collection roots)
    {
        var id = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(id, link.Id);
        return new() { Server = link.Server, ServerName = link.ServerName, ServiceName = link.ServiceName, Id = id, ExtraRoots = roots };
    }

    // “Core ID is Unreachable from here.”
    private void Note(string entry, string line)
    {
        var words = line.Split(' ');
        if (words.Length < 5 || words[^2] != "from")
        {
            return;
        }

        if (words[^3] is "Reachable" or "Slow")
        {
            _lostAt.TryRemove((entry, words[^5]), out _);
        }
        else
        {
            _lostAt.TryAdd((entry, words[^5]), TimeProvider.System.GetTimestamp());
        }
    }

    private async Task WatchIncidentsAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            foreach (var incident in await Network.Admin.GetAsync("incidents", AdminJson.Default.IReadOnlyListIncidentInfo, default))
            {
                _incidentAt.TryAdd(incident.Cell, TimeProvider.System.GetTimestamp());
            }

            await Task.Delay(100);
        }
    }
}
