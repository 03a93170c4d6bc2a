using System.Diagnostics.Metrics;
using System.Net;
using Cellway.DataPlane.Tunnel.Entry;
using Cellway.Model.Contracts;
using Cellway.Node.Certificates;
using Cellway.Node.Enrollment;
using Cellway.Node.Hosting;
using Cellway.Node.PhoneHome;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.EntryNode;

/// <summary>Runs the gateway and lets phone-home steer it.</summary>
internal sealed class EntryService(
    EntryOptions options,
    NodeMembership membership,
    ServingPort port,
    ManagementRoutes routes,
    ManagementSubscriptions subscriptions,
    ILoggerFactory loggers,
    IMeterFactory meters,
    TimeProvider time) : IHostedService, INodeConfiguration, INodeVitals, IEntryDuties
{
    private readonly WebCertificateFiles? _files =
        options.Node.CertificateFiles is { } directory ? new(directory, loggers.CreateLogger<WebCertificateFiles>()) : null;

    private EntryServer? _server;

    private EntryServer Server => _server ?? throw new InvalidOperationException("The gateway has not been started.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var node = options.Node;
        _server = await EntryServer.StartAsync(
            new()
            {
                Listen = IPEndPoint.Parse(node.Listen),
                OutboundAddress = node.BindAddress is null ? null : IPAddress.Parse(node.BindAddress),
                Cover = options.Cover,
                Timers = options.Timers,
                BehindWebServer = options.BehindWebServer,
                Reach = options.Reach,
            },
            new()
            {
                Routes = routes,
                Subscriptions = subscriptions,
                NetworkCertificate = () => membership.Certificate.Current,
                Logging = loggers,
                Meters = meters,
                Time = time,
            },
            face: null,
            cancellationToken);
        port.Set(_server.Endpoint.Port);
        ReadyFile.Write(node.ReadyFile, new Dictionary<string, string> { ["serving"] = _server.Endpoint.ToString() });
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is not null)
        {
            await _server.DrainAsync(options.DrainLimit, cancellationToken);
            await _server.DisposeAsync();
        }
    }

    public ValueTask ApplyAsync(IReadOnlyDictionary<string, Resource> all, IReadOnlyCollection<string> changed, CancellationToken cancellationToken)
    {
        Server.Apply(EntryFaces.Of(all.Values, membership.Trust.Current.RevokedKeyHashes));
        foreach (var cell in all.Values.Select(r => r.EntryCell).Where(c => c is not null))
        {
            _files?.Write(cell.EntryDomain, cell.Certificate);
        }

        return ValueTask.CompletedTask;
    }

    public bool IsDraining => Server.IsDraining;

    public async ValueTask DrainAsync(CancellationToken cancellationToken) => await Server.DrainAsync(options.DrainLimit, cancellationToken);

    public void Reopen() => Server.Reopen();

    public NodeVitals Read()
    {
        var counters = Server.Counters;
        return new((uint)counters.ActiveSessions, (ulong)counters.BytesUp, (ulong)counters.BytesDown, SystemLoad.Read());
    }

    public Task<string?> ProbeAsync(CoreTarget target, CancellationToken cancellationToken) =>
        Server.ProbeAsync(CoreRoutes.Of(target, default), cancellationToken);

    public Task ReportAsync(Action<Findings> send, CancellationToken cancellationToken) => new EntryFindings(Server, time).ReportAsync(send, cancellationToken);

    public void CloseSessionsTo(string coreId, bool evenIfAlive)
    {
        if (evenIfAlive)
        {
            Server.CloseSessionsTo(coreId);
        }
        else
        {
            Server.Doubt(coreId);
        }
    }
}
