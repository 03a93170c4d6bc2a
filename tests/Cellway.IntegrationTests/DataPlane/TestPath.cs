using Cellway.Model.Cells;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Dialing;
using Cellway.DataPlane.Tunnel;
using Cellway.DataPlane.Tunnel.Client;
using Cellway.DataPlane.Tunnel.Core;
using Cellway.DataPlane.Tunnel.Entry;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.IntegrationTests.DataPlane;

/// <summary>One Entry and one Core on loopback, with a device that may use them. Strangers come from other loopback addresses.</summary>
internal sealed class TestPath : IAsyncDisposable
{
    public const string EntryDomain = "entry.test";
    public const string ExitDomain = "exit.test";
    public const string ClientName = "api.v2.rpc.0123456789abcdef";
    public const string CoreName = "api.v2.rpc.fedcba9876543210";
    public const string SubscriptionPath = "feed";

    public static readonly IPAddress EntryAddress = IPAddress.Parse("127.0.0.7");
    public static readonly IPAddress CoreAddress = IPAddress.Parse("127.0.0.8");

    private readonly List<CoreServer> _cores = [];

    public TestCertificates Ca { get; } = new();

    public SubscriptionToken Token { get; } = SubscriptionToken.New();

    public byte[] Id => Guid.Parse(VlessId.Of(Token).Reveal()).ToByteArray(bigEndian: true);

    public FixedRoutes Routes { get; } = new();

    public FixedSubscriptions Subscriptions { get; } = new();

    public RouteId RouteId { get; } = new(RandomNumberGenerator.GetBytes(16));

    public X509Certificate2 EntryCertificate { get; set; } = null!;

    public X509Certificate2 CoreCertificate { get; private set; } = null!;

    public EntryServer Entry { get; private set; } = null!;

    public CoreServer Core => _cores[0];

    public CoreFace Face { get; private set; } = null!;

    public EntryFace EntryFace { get; private set; } = null!;

    public CoreRoute Route => new("core1", Core.Endpoint, ExitDomain, "cell1", KeyOf(CoreCertificate), RouteId);

    public static async Task<TestPath> StartAsync(
        CancellationToken token,
        ExitPolicyOptions? policy = null,
        string entryIdentity = "cellway://net/entry/e1",
        Func<CoreServerOptions, CoreServerOptions>? configure = null,
        Func<EntryServerOptions, EntryServerOptions>? configureEntry = null,
        X509Certificate2? web = null)
    {
        var path = new TestPath();
        path.EntryCertificate = path.Ca.Node(entryIdentity);
        path.CoreCertificate = path.Ca.Node("cellway://net/core/core1");
        path.Face = new()
        {
            CellId = "cell1",
            ExitDomain = ExitDomain,
            WebCertificate = [web ?? path.Ca.Web(ExitDomain)],
            ServiceNames = [Always(CoreName)],
            Routes = [path.RouteId],
            EntryAddresses = [EntryAddress],
        };
        var options = new CoreServerOptions { Listen = new(CoreAddress, 0), NetworkId = "net", ExitPolicy = policy ?? AllowLoopback() };
        path._cores.Add(await CoreServer.StartAsync(
            configure?.Invoke(options) ?? options,
            new()
            {
                NetworkCertificate = () => path.CoreCertificate,
                TrustedRoots = () => [path.Ca.Root],
                Logging = NullLoggerFactory.Instance,
                Meters = new Meters(),
            },
            path.Face,
            token));
        path.EntryFace = new([new()
        {
            CellId = "cell1",
            EntryDomain = EntryDomain,
            WebCertificate = [web ?? path.Ca.Web(EntryDomain)],
            ServiceNames = [Always(ClientName)],
            SubscriptionPath = SubscriptionPath,
        }])
        {
            CoreNames = new Dictionary<string, IReadOnlyList<ServiceName>> { ["cell1"] = [Always(CoreName)] },
        };
        var entryOptions = new EntryServerOptions { Listen = new(IPAddress.Loopback, 0), OutboundAddress = EntryAddress, OpenTimeout = TimeSpan.FromSeconds(5) };
        path.Entry = await EntryServer.StartAsync(
            configureEntry?.Invoke(entryOptions) ?? entryOptions,
            new()
            {
                Routes = path.Routes,
                Subscriptions = path.Subscriptions,
                NetworkCertificate = () => path.EntryCertificate,
                Logging = NullLoggerFactory.Instance,
                Meters = new Meters(),
            },
            path.EntryFace,
            token);
        path.Routes.Known[VlessId.Of(path.Token).Hash()] = [path.Route];
        return path;
    }

    public static ExitPolicyOptions AllowLoopback() => new() { AllowRanges = [IPNetwork.Parse("127.0.0.0/8")] };

    public static Hash256 KeyOf(X509Certificate2 certificate) => Hash256.Of(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    public TunnelClient Client(byte[]? id = null, string name = ClientName, string method = "Tun", IPEndPoint? server = null) => new(new()
    {
        Server = server ?? Entry.Endpoint,
        ServerName = EntryDomain,
        ServiceName = name,
        Id = id ?? Id,
        ExtraRoots = [Ca.Root],
    }, method);

    public async ValueTask DisposeAsync()
    {
        await Entry.DisposeAsync();
        foreach (var core in _cores)
        {
            await core.DisposeAsync();
        }
    }

    private static ServiceName Always(string name) => new() { Name = name, NotBefore = DateTimeOffset.MinValue };
}
