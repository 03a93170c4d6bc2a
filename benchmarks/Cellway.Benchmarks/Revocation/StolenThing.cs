using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Tunnel;
using Cellway.DataPlane.Tunnel.Client;
using Cellway.DataPlane.Tunnel.Entry;
using Cellway.EntryNode;
using Cellway.Model.Contracts;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Node.Certificates;
using Cellway.Node.PhoneHome;
using Cellway.Pki.Issuing;
using Cellway.Pki.Requesting;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.Benchmarks.Revocation;

/// <summary>A node that somebody has stolen, with a session of a user through it, and everybody it could turn to.</summary>
internal sealed class StolenThing : IAsyncDisposable, IRouteResolver, ISubscriptionRelay
{
    private readonly RevocationBed _bed;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<GrpcChannel> _channels = [];
    private X509Certificate2 _certificate = null!;
    private NodeKey _key = null!;
    private EntryServer? _entry;
    private IHost? _core;
    private TunnelClient? _client;
    private TunnelStream? _session;
    private Task<int>? _reading;
    private IReadOnlyList<CoreRoute> _routes = [];

    private StolenThing(RevocationBed bed) => _bed = bed;

    public string Id { get; private set; } = "";

    /// <summary>An Entry: the gateway of the product with a certificate that was enrolled for it, at a real Entry's address.</summary>
    public static async Task<StolenThing> EntryAsync(RevocationBed bed, int number)
    {
        var thing = new StolenThing(bed);
        await thing.EnrollAsync(await bed.NewTokenAsync("entry"));
        using var channel = RevocationBed.Channel(bed.Replicas[0], thing._certificate);
        var reply = await new PhoneHome.PhoneHomeClient(channel).ResolveAsync(
            new() { CredentialHash = ByteString.CopyFrom(VlessId.HashOf(bed.DeviceId).ToArray()) });
        thing._routes = [.. reply.Targets.Select(t => CoreRoutes.Of(t, new(t.RouteId.Span)))];
        var cell = bed.View.Cells[RevocationBed.Cell];
        var names = bed.View.Rotations[RevocationBed.Cell];
        var made = WebCertificateMaker.Make(["thief.example"], [], TimeSpan.FromDays(1), TimeProvider.System);
        var web = WebCertificates.Open(new() { Chain = ByteString.CopyFromUtf8(made.Chain), PrivateKey = ByteString.CopyFrom(made.PrivateKey) });
        thing._entry = await EntryServer.StartAsync(
            new() { Listen = new(IPAddress.Loopback, 0), OutboundAddress = RevocationBed.EntryAddress },
            new()
            {
                Routes = thing, Subscriptions = thing, NetworkCertificate = () => thing._certificate, Logging = NullLoggerFactory.Instance,
                Meters = thing._services.GetRequiredService<IMeterFactory>(),
            },
            new([new() { CellId = cell.Id, EntryDomain = "thief.example", WebCertificate = web, ServiceNames = [new() { Name = "thief", NotBefore = DateTimeOffset.MinValue }] }])
            {
                CoreNames = new Dictionary<string, IReadOnlyList<Model.Cells.ServiceName>> { [cell.Id] = names.ExitNames },
            },
            default);
        await thing.TalkAsync(thing._entry.Endpoint, "thief.example", "thief", [X509Certificate2.CreateFromPem(made.Authority)]);
        return thing;
    }

    /// <summary>A Core: a whole one, that carries a session of a real Entry.</summary>
    public static async Task<StolenThing> CoreAsync(RevocationBed bed, int number)
    {
        var thing = new StolenThing(bed);
        thing._core = await bed.StartCoreAsync($"stolen-{number}");
        await bed.UntilReadyAsync(3);
        var membership = thing._core.Services.GetRequiredService<Node.Enrollment.NodeMembership>();
        (thing.Id, thing._certificate, thing._key) = (membership.Identity.Id, membership.Certificate.Current, membership.Key);
        await bed.MoveDeviceAsync(thing.Id);
        var cell = bed.View.Cells[RevocationBed.Cell];
        var names = bed.View.Rotations[RevocationBed.Cell];
        var entry = bed.Entries[0].Services.GetRequiredService<Node.Hosting.ServingPort>();
        await thing.TalkAsync(
            new(IPAddress.Loopback, await entry.GetAsync(default)), cell.EntryDomain, Model.Cells.ServiceName.Newest(names.EntryNames, DateTimeOffset.UtcNow)!.Name,
            [X509Certificate2.CreateFromPem(cell.EntryCertificate.PrivateRoot!)]);
        return thing;
    }

    /// <summary>Whether a replica refuses it, on a connection that is open since before.</summary>
    public async Task<bool> IsRefusedByAsync(string replica)
    {
        GrpcChannel? channel;
        lock (_channels)
        {
            channel = _channels.FirstOrDefault(c => c.Target == replica);
            if (channel is null)
            {
                _channels.Add(channel = RevocationBed.Channel(replica, _certificate));
            }
        }

        try
        {
            await new Enrollment.EnrollmentClient(channel).RenewAsync(new());
            return false;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied)
        {
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.InvalidArgument)
        {
            return false; // its request is bad, and it is let ask
        }
    }

    /// <summary>Whether the user's session through it is over.</summary>
    public async Task<bool> IsCutAsync()
    {
        if (!_reading!.IsCompleted)
        {
            return false;
        }

        try
        {
            return await _reading == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>A stolen Entry's Cores, a stolen Core's Entries: whether each refuses it.</summary>
    public IEnumerable<Func<Task<bool>>> OtherNodes() => _entry is { } entry
        ? _routes.Select(route => (Func<Task<bool>>)(async () => await entry.ProbeAsync(route, default) is not null))
        : _bed.Entries.Select(host => (Func<Task<bool>>)(async () =>
            (await host.Services.GetRequiredService<IEntryDuties>().ProbeAsync(Target(), default))?.Contains("revoked", StringComparison.Ordinal) == true));

    public ValueTask<RouteAnswer> ResolveAsync(Hash256 credential, CancellationToken cancellationToken) => ValueTask.FromResult(RouteAnswer.Found(_routes));

    public ValueTask<SubscriptionResponse?> FetchAsync(SubscriptionFetch fetch, CancellationToken cancellationToken) => ValueTask.FromResult<SubscriptionResponse?>(null);

    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
        {
            await _session.DisposeAsync();
        }

        _client?.Dispose();
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }

        if (_entry is not null)
        {
            await _entry.DisposeAsync();
        }

        if (_core is not null)
        {
            await _core.StopAsync();
            _core.Dispose();
        }

        await _services.DisposeAsync();
    }

    private CoreTarget Target() => new()
    {
        CoreId = Id, Address = "127.0.0.1", Port = 9, ExitDomain = RevocationBed.ExitDomain, CellId = RevocationBed.Cell,
        CertificateKeyHash = ByteString.CopyFrom(_key.KeyHash.ToArray()), RouteId = ByteString.CopyFrom(new byte[16]),
    };

    private async Task EnrollAsync(string token)
    {
        _key = NodeKey.New();
        var joins = JoinToken.TryParse(token, out var read, out var fault) ? read : throw new InvalidOperationException(fault.Describe());
        using var channel = RevocationBed.Channel(_bed.Replicas[0], null);
        var credential = await new Enrollment.EnrollmentClient(channel).EnrollAsync(new()
        {
            TokenId = ByteString.CopyFrom(joins.Id), Secret = ByteString.CopyFrom(joins.Secret), Role = NodeRole.Entry, CertificateRequest = ByteString.CopyFrom(_key.CreateRequest()),
        });
        using var certificate = X509CertificateLoader.LoadCertificate(credential.Certificate.Span);
        _certificate = _key.Attach(certificate);
        Id = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
    }

    private async Task TalkAsync(IPEndPoint entry, string domain, string name, X509Certificate2Collection roots)
    {
        _client = new(new() { Server = entry, ServerName = domain, ServiceName = name, Id = _bed.DeviceId, ExtraRoots = roots });
        for (var tries = 0; ; tries++)
        {
            try
            {
                _session = await _client.OpenAsync(_bed.Origin);
                await _session.WriteAsync("ping"u8.ToArray());
                await _session.ReadExactlyAsync(new byte[4]);
                _reading = _session.ReadAsync(new byte[1]).AsTask();
                return;
            }
            catch (Exception e) when (tries < 100 && e is IOException or TunnelRefusedException)
            {
                await Task.Delay(100); // its Core has yet to hear of it
            }
        }
    }
}
