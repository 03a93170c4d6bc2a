using System.Diagnostics.Metrics;
using System.Net;
using Cellway.CoreNode.Accounting;
using Cellway.DataPlane.Tunnel.Core;
using Cellway.Model.Contracts;
using Cellway.Node.Certificates;
using Cellway.Node.Enrollment;
using Cellway.Node.Hosting;
using Cellway.Node.PhoneHome;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.CoreNode;

/// <summary>Runs the exit and lets phone-home steer it.</summary>
internal sealed class CoreService(
    CoreOptions options, CoreUsage usage, NodeMembership membership, ServingPort port, ILoggerFactory loggers, IMeterFactory meters, TimeProvider time)
    : IHostedService, INodeConfiguration, INodeVitals
{
    private readonly WebCertificateFiles? _files =
        options.Node.CertificateFiles is { } directory ? new(directory, loggers.CreateLogger<WebCertificateFiles>()) : null;

    private CoreServer? _server;

    private CoreServer Server => _server ?? throw new InvalidOperationException("The exit has not been started.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var node = options.Node;
        _server = await CoreServer.StartAsync(
            new()
            {
                Listen = IPEndPoint.Parse(node.Listen),
                NetworkId = membership.Identity.Network,
                ExitPolicy = options.ExitPolicy,
                Cover = options.Cover,
                Timers = options.Timers,
                StrangersTo = options.StrangersTo is null ? null : IPEndPoint.Parse(options.StrangersTo),
            },
            new()
            {
                NetworkCertificate = () => membership.Certificate.Current,
                TrustedRoots = () => [.. membership.Trust.Current.Roots],
                Logging = loggers,
                Meters = meters,
                CounterOf = usage.CounterOf,
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
        Server.Apply(CoreFaces.Of(all.Values, membership.Trust.Current.RevokedKeyHashes));
        foreach (var cell in all.Values.Select(r => r.CoreCell).Where(c => c is not null))
        {
            usage.BeginPeriodsOn((int)Math.Min(cell.PeriodDay, int.MaxValue));
            _files?.Write(cell.ExitDomain, cell.Certificate);
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
}
