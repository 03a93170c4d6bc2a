using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Tunnel;
using Cellway.DataPlane.Tunnel.Entry;
using Cellway.Model.Cells;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>The gateway of this very program with a stolen certificate: it opens connections to Cores as an Entry does.</summary>
internal sealed class ThiefEntry : IAsyncDisposable, IRouteResolver, ISubscriptionRelay
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly X509Certificate2 _shown;
    private EntryServer? _server;

    private ThiefEntry(X509Certificate2 shown) => _shown = shown;

    /// <param name="shown">What it shows to Cores.</param>
    /// <param name="from">The address it comes from: that of a real Entry, because only to those a Core shows its network's face.</param>
    /// <param name="web">Any certificate for its own front, where nobody comes.</param>
    /// <param name="names">The names of the Core hop, by cell.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ThiefEntry> StartAsync(
        X509Certificate2 shown, IPAddress from, X509Certificate2 web, IReadOnlyDictionary<string, IReadOnlyList<ServiceName>> names, CancellationToken cancellationToken)
    {
        var entry = new ThiefEntry(shown);
        entry._server = await EntryServer.StartAsync(
            new() { Listen = new(IPAddress.Loopback, 0), OutboundAddress = from },
            new()
            {
                Routes = entry,
                Subscriptions = entry,
                NetworkCertificate = () => entry._shown,
                Logging = NullLoggerFactory.Instance,
                Meters = entry._services.GetRequiredService<IMeterFactory>(),
            },
            new([new() { CellId = "thief", EntryDomain = "thief.example", WebCertificate = [web], ServiceNames = [] }]) { CoreNames = names },
            cancellationToken);
        return entry;
    }

    /// <summary>Opens a connection to a Core and moves bytes through it.</summary>
    public async Task<Answer> OpenAsync(string core, IPEndPoint at, string exitDomain, string cell, Hash256 key, RouteId route, CancellationToken cancellationToken)
    {
        var error = await _server!.ProbeAsync(new(core, at, exitDomain, cell, key, route), cancellationToken);
        return error is null ? Answer.Got("the Core took the connection and answered") : Answer.Refused(error);
    }

    public ValueTask<RouteAnswer> ResolveAsync(Hash256 credential, CancellationToken cancellationToken) => ValueTask.FromResult(RouteAnswer.Unknown);

    public ValueTask<SubscriptionResponse?> FetchAsync(SubscriptionFetch fetch, CancellationToken cancellationToken) => ValueTask.FromResult<SubscriptionResponse?>(null);

    public async ValueTask DisposeAsync()
    {
        await (_server?.DisposeAsync() ?? default);
        await _services.DisposeAsync();
    }
}
