using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Front;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Tunnel;
using Cellway.DataPlane.Tunnel.Entry;
using Cellway.DataPlane.Tunnel.Entry.Reach;
using Cellway.DataPlane.Tunnel.Hosting;
using Cellway.DataPlane.Vless;
using Cellway.Model.Cells;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Tests.DataPlane.Http2;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.DataPlane.Tunnel;

/// <summary>A client, an Entry and Cores that do as they are told, joined in memory.</summary>
internal sealed class EntryChain : ICoreConnector, IRouteResolver, IHttp1Site, ICorePools, IMeterFactory, IAsyncDisposable
{
    private const string Name = "svc";
    private const string Cell = "cell1";

    private readonly List<Http2Connection> _connections = [];
    private readonly List<Task> _runs = [];
    private readonly ConcurrentDictionary<string, CorePool> _pools = new();
    private readonly Func<int, ConnectionHandler?> _core;
    private readonly int _cores;
    private readonly Http2Sweeper _sweeper;
    private readonly RouteCache _routes;
    private readonly ArrivalBoard _arrivals;
    private readonly EntryTunnels _tunnels;

    /// <param name="cores">How many routes the device has.</param>
    /// <param name="core">What a connection to a Core meets; nothing: it cannot be reached.</param>
    /// <param name="reach">How Cores are tried; nothing: never.</param>
    public EntryChain(int cores, Func<int, ConnectionHandler?> core, ReachOptions? reach = null)
    {
        (_cores, _core) = (cores, core);
        _sweeper = new(Time);
        Sessions = new(Time);
        _routes = new(this, TimeSpan.FromSeconds(1), Time);
        reach ??= new() { AtOnce = 0 };
        Reach = new(reach, this, _ => Name, _sweeper, NullLogger.Instance);
        _arrivals = new(reach, () => Reach.IsWell, Time);
        _tunnels = new(
            new() { Listen = new(IPAddress.Loopback, 0), Reach = reach },
            _routes,
            this,
            () => new(new Dictionary<string, IReadOnlyList<ServiceName>> { [Cell] = [new() { Name = Name, NotBefore = DateTimeOffset.MinValue }] }),
            Reach,
            _arrivals,
            Sessions,
            new(this, "test", "open", Sessions),
            this,
            NullLogger.Instance);
        var (a, b) = MemoryDuplex.Create();
        var peer = new Http1Peer("127.0.0.1", 443, System.Net.IPAddress.Loopback);
        var paths = new TunnelPaths([new ServiceName { Name = Name, NotBefore = DateTimeOffset.MinValue }]);
        Server = Start(new(b), false, new WebStreams(this, peer, Time, (stream, headers) =>
            TunnelCandidate.Of(headers, paths, Time.GetUtcNow()) is { } candidate ? new EntryOpening(_tunnels, new GrpcClient(stream, candidate, peer with { From = From }, _tunnels)) : null));
        Client = Start(new(a), true, new RecordingConnection());
    }

    public ReachBoard Reach { get; }

    public FakeTimeProvider Time { get; } = new();

    /// <summary>Where streams that are opened from now on come from.</summary>
    public IPAddress From { get; set; } = IPAddress.Loopback;

    public int MaxAddresses { get; init; }

    public SessionTable Sessions { get; }

    public byte[] Id { get; } = RandomNumberGenerator.GetBytes(16);

    public Http2Connection Client { get; }

    /// <summary>The Entry's side of the client's connection.</summary>
    public Http2Connection Server { get; }

    public int Dials { get; private set; }

    public int Opening => _tunnels.Opening;

    public int CountedDevices => _tunnels.Addresses.Count;

    public static RouteId RouteIdOf(int core) => new([.. Enumerable.Repeat((byte)(0xa0 + core), 16)]);

    public static byte[] Message(params byte[] data)
    {
        var message = new byte[HunkHeader.LengthFor(data.Length) + data.Length];
        data.CopyTo(message, HunkHeader.Write(message, data.Length));
        return message;
    }

    /// <summary>A first flight: header and three bytes.</summary>
    public static byte[] Flight(ReadOnlySpan<byte> id) => Message([.. VlessHeader.Tcp(id, new IPEndPoint(1, 80)), 1, 2, 3]);

    public Http2Stream Open(RecordingHandler handler) => Client.TryOpen(handler, Http2Pair.Head)!;

    public CorePool PoolOf(int core) => Get(RouteOf(core));

    public CorePool Get(CoreRoute route) =>
        _pools.GetOrAdd(route.CoreId, _ => new(CoreKey.Of(route), this, new(Time), new(Time), TimeSpan.FromSeconds(8), _sweeper, NullLogger.Instance));

    /// <summary>Makes connections to a Core and loses them, until no handshake is left for this minute.</summary>
    public async Task SpendHandshakesAsync(int core)
    {
        var pool = PoolOf(core);
        for (var i = 0; i < HandshakePacer.MaxInWindow; i++)
        {
            Time.Advance(HandshakePacer.Spacing);
            await Http2Pair.Within(pool.ConnectAsync(HandshakePacer.Window, default));
            lock (_connections)
            {
                _connections[^1].Abort(); // the Core's side of it
            }

            await StreamTests.Eventually(() => pool.Connections == 0);
        }
    }

    public CorePool? Find(CoreKey key) => _pools.GetValueOrDefault(key.CoreId);

    public Task TouchAsync(CoreKey key, CancellationToken cancellationToken) =>
        _core(((IPEndPoint)key.EndPoint).Port) is null ? throw new CoreUnreachableException("away") : Task.CompletedTask;

    public Task<Http2Transport> ConnectAsync(CoreKey key, Action shaking, CancellationToken cancellationToken)
    {
        Dials++;
        var core = _core(((IPEndPoint)key.EndPoint).Port) ?? throw new CoreUnreachableException("away");
        shaking();
        var (a, b) = MemoryDuplex.Create();
        Start(new(b), false, core, Http2Options.TrustedServer);
        return Task.FromResult(new Http2Transport(a));
    }

    public ValueTask<RouteAnswer> ResolveAsync(Hash256 credential, CancellationToken cancellationToken) =>
        new(credential == VlessId.HashOf(Id) ? RouteAnswer.Found([.. Enumerable.Range(0, _cores).Select(RouteOf)], MaxAddresses) : RouteAnswer.Unknown);

    public ValueTask<CoverAnswer> AnswerAsync(CoverRequest request, CancellationToken cancellationToken) =>
        new(new CoverAnswer(HttpStatusCode.NotFound, [new("content-type", "text/html")], "not here"u8.ToArray()));

    public IHttp1Takeover? TryTakeOver(Http1Request request, Http1Peer peer) => null;

    public Meter Create(MeterOptions options) => new(options);

    void IDisposable.Dispose()
    {
        // meters live as long as the process
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values)
        {
            pool.Abort();
        }

        _connections.ForEach(c => c.Abort());
        await Http2Pair.Within(Task.WhenAll(_runs));
        _tunnels.Dispose();
        _arrivals.Dispose();
        Reach.Dispose();
        _routes.Dispose();
        Sessions.Dispose();
        _sweeper.Dispose();
    }

    internal static CoreRoute RouteOf(int core) => new($"core{core}", new IPEndPoint(IPAddress.Loopback, core), "exit.test", Cell, default, RouteIdOf(core));

    private Http2Connection Start(Http2Transport transport, bool client, ConnectionHandler handler, Http2Options? options = null)
    {
        var connection = new Http2Connection(
            transport, client, handler, options ?? (client ? Http2Options.Client : Http2Options.NginxServer), _sweeper, NullLogger.Instance);
        lock (_connections)
        {
            _connections.Add(connection);
            _runs.Add(connection.RunAsync());
        }

        return connection;
    }
}
