using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Cellway.Benchmarks.Scale;
using Cellway.CoreNode;
using Cellway.EntryNode;
using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.Hosting;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Devices;
using Cellway.Node.Hosting;
using Cellway.Pki.Requesting;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.Benchmarks.Revocation;

/// <summary>Two replicas on a real etcd, an Entry at each and a Core at each, and a device.</summary>
internal sealed class RevocationBed : IAsyncDisposable
{
    public const string Cell = "north";
    public const string ExitDomain = "exit.north.example";
    public static readonly IPAddress EntryAddress = IPAddress.Parse("127.0.0.2");

    private readonly string _directory;
    private readonly List<IHost> _hosts = [];
    private readonly List<Model.State.IStateStore> _stores = [];
    private readonly TcpListener _origin = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private X509Certificate2 _operator = null!;
    private HttpClient _admin = null!;

    private RevocationBed(string directory)
    {
        _directory = directory;
        _origin.Start();
        _ = EchoAsync();
    }

    /// <summary>Where the replicas serve nodes.</summary>
    public List<string> Replicas { get; } = [];

    public List<IHost> Entries { get; } = [];

    public List<IHost> Cores { get; } = [];

    public IPEndPoint Origin => (IPEndPoint)_origin.LocalEndpoint;

    public DeviceCredential Device { get; private set; } = null!;

    public NetworkView View => _hosts[0].Services.GetRequiredService<NetworkViewFeed>().Current;

    public byte[] DeviceId => SubscriptionToken.TryParse(Device.SubscriptionUrls[0].Split('/')[^1], out var token)
        ? Guid.ParseExact(VlessId.Of(token).Reveal(), "D").ToByteArray(bigEndian: true)
        : throw new InvalidOperationException("The subscription has no token.");

    public static async Task<RevocationBed> StartAsync(string directory, EtcdProcess etcd)
    {
        var bed = new RevocationBed(directory);
        var secret = new SealSecret(null, "a passphrase for a benchmark");
        using var key = NodeKey.New();
        CreatedNetwork network = null!;
        var first = await etcd.OpenAsync();
        await NetworkCreator.CreateAsync(
            first, new("bench", new NewCell(Cell, "entry.north.example", ExitDomain, ["127.0.0.1:8443"])), secret, key.CreateRequest(), created => network = created, TimeProvider.System, default);
        using (var certificate = X509CertificateLoader.LoadCertificate(network.OperatorCertificate))
        {
            bed._operator = key.Attach(certificate);
        }

        string? admin = null;
        foreach (var store in (Model.State.IStateStore[])[first, await etcd.OpenAsync()])
        {
            bed._stores.Add(store);
            var ready = Path.Combine(directory, $"replica-{bed.Replicas.Count}.json");
            var host = await ManagerHost.BuildAsync(
                new() { NodeListen = new(IPAddress.Loopback, 0), AdminListen = new(IPAddress.Loopback, 0), Secret = secret, Network = network.Network, ReadyFile = ready },
                store, Silent, TimeProvider.System, default);
            await host.StartAsync();
            bed._hosts.Add(host);
            var bound = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllBytesAsync(ready))!;
            bed.Replicas.Add(bound["nodes"]);
            admin ??= bound["admin"];
        }

        bed._admin = new(Handler(bed._operator)) { BaseAddress = new($"https://{admin}/v1/") };
        await bed.PostAsync<ParticipantInfo>("participants", new NewParticipant("alice"));
        for (var i = 0; i < 2; i++)
        {
            bed.Entries.Add(await bed.StartEntryAsync($"entry-{i}", i));
            bed.Cores.Add(await bed.StartCoreAsync($"core-{i}"));
        }

        await bed.PostAsync<UserInfo>("users", new NewUser("bob"));
        bed.Device = await bed.PostAsync<DeviceCredential>("devices", new NewDevice("bob", "phone"));
        await bed.UntilReadyAsync(2);
        return bed;
    }

    public static void Silent(ILoggingBuilder logging) => logging.SetMinimumLevel(LogLevel.None);

    [SuppressMessage("Security", "CA5359", Justification = "A thief does not care whom he talks to.")]
    public static SocketsHttpHandler Handler(X509Certificate2? certificate) => new()
    {
        UseProxy = false,
        SslOptions = new()
        {
            ClientCertificates = certificate is null ? [] : [certificate],
            LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        },
    };

    public static GrpcChannel Channel(string endpoint, X509Certificate2? certificate) =>
        GrpcChannel.ForAddress($"https://{endpoint}", new() { HttpHandler = Handler(certificate), DisposeHttpClient = true });

    public Task RevokeAsync(string node) => PostAsync<NodeInfo>($"nodes/{node}/revoke", new object());

    public async Task<string> NewTokenAsync(string role) =>
        (await PostAsync<CreatedToken>("tokens", new NewToken("alice", role, role == "core" ? Cell : null))).Token;

    public Task MoveDeviceAsync(string core) => PostAsync<DeviceInfo>($"devices/{Device.Device.Id}/move", new DeviceMove(Core: core));

    public async Task<IHost> StartCoreAsync(string name)
    {
        var host = await CoreHost.BuildAsync(
            new() { Node = await NodeOfAsync(name, NodeRole.Core), ExitPolicy = new() { AllowRanges = [IPNetwork.Parse("127.0.0.0/8")] } }, Silent, TimeProvider.System, default);
        await host.StartAsync();
        return host;
    }

    /// <summary>Waits until so many Cores are ready.</summary>
    public async Task UntilReadyAsync(int cores)
    {
        while (View.Sessions.Values.Count(s => s.Ready && View.Nodes[s.Node].Role == Model.Identities.Role.Core) < cores)
        {
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Entries.Concat(Cores).Concat(_hosts))
        {
            await host.StopAsync();
            host.Dispose();
        }

        await _stop.CancelAsync();
        _origin.Stop();
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }
    }

    private async Task<IHost> StartEntryAsync(string name, int number)
    {
        var host = await EntryHost.BuildAsync(
            new() { Node = await NodeOfAsync(name, NodeRole.Entry) with { BindAddress = $"127.0.0.{2 + number}" }, DrainLimit = TimeSpan.FromMilliseconds(1) }, Silent, TimeProvider.System, default);
        await host.StartAsync();
        return host;
    }

    private async Task<NodeOptions> NodeOfAsync(string name, NodeRole role) => new()
    {
        Role = role,
        StateDirectory = Path.Combine(_directory, name),
        JoinToken = await NewTokenAsync(role == NodeRole.Core ? "core" : "entry"),
        Listen = "127.0.0.1:0",
        DeclaredAddress = "127.0.0.1",
    };

    private async Task<T> PostAsync<T>(string path, object body)
    {
        using var content = JsonContent.Create(body, body.GetType());
        using var answer = await _admin.PostAsync(new Uri(path, UriKind.Relative), content);
        return answer.IsSuccessStatusCode
            ? (T)(await answer.Content.ReadFromJsonAsync(typeof(T), AdminJson.Default))!
            : throw new InvalidOperationException($"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task EchoAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _origin.AcceptSocketAsync(_stop.Token);
                _ = Task.Run(async () =>
                {
                    await using var stream = new NetworkStream(socket, ownsSocket: true);
                    await stream.CopyToAsync(stream, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                });
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The measurement is over.
        }
    }
}
