using System.Security.Cryptography;
using Cellway.Model.Cells;
using Cellway.Node.Certificates;
using Cellway.Node.Hosting;
using Cellway.Node.LastGood;
using Grpc.Net.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.Node.PhoneHome;

/// <summary>Keeps this node attached to management, and working from its last good state while it is not.</summary>
public sealed class PhoneHomeClient : BackgroundService
{
    private readonly NodeOptions _options;
    private readonly NodeTrust _trust;
    private readonly NodeCertificate _certificate;
    private readonly ManagementChannels _channels;
    private readonly ManagementLink _link;
    private readonly ServingPort _port;
    private readonly INodeConfiguration _configuration;
    private readonly INodeVitals _vitals;
    private readonly INodeUsage _usage;
    private readonly IEntryDuties _duties;
    private readonly ManagementContact _contact;
    private readonly TimeProvider _time;
    private readonly ILogger<PhoneHomeClient> _logger;
    private readonly AppliedState _state;

    internal PhoneHomeClient(
        NodeOptions options,
        NodeTrust trust,
        NodeCertificate certificate,
        ManagementChannels channels,
        ManagementLink link,
        ServingPort port,
        LastGoodFile lastGood,
        INodeConfiguration configuration,
        INodeVitals vitals,
        INodeUsage usage,
        IEntryDuties duties,
        ManagementContact contact,
        TimeProvider time,
        ILogger<PhoneHomeClient> logger)
    {
        (_options, _trust, _certificate, _channels, _link, _port) = (options, trust, certificate, channels, link, port);
        (_configuration, _vitals, _usage, _duties, _contact, _time, _logger) = (configuration, vitals, usage, duties, contact, time, logger);
        _state = new(configuration, trust, lastGood, logger);
    }

    /// <summary>Completes when the node has a configuration, from management or from its disk.</summary>
    public Task Configured => _state.Configured;

    /// <summary>Applies the last good state, then begins to attach.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await _state.LoadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        GrpcChannel? left = null;
        List<Task> leaving = [];
        try
        {
            var port = await _port.GetAsync(stoppingToken);
            var backoff = new Backoff(_options.MinBackoff, _options.MaxBackoff);
            HostPort? last = null;
            var (failed, moved) = (0, false);
            using var mirrors = new MirrorSearch(_trust, _time, _logger);
            while (!stoppingToken.IsCancellationRequested)
            {
                var (endpoint, number) = moved ? (_trust.Management[0], 0) : NextAfter(last);
                moved = false;
                last = endpoint;
                var channel = _channels.Open(endpoint);
                var session = new AttachSession(
                    channel, _link, _state, _options, port, _configuration, _vitals, _usage, _duties, _contact, _certificate, _time,
                    () =>
                    {
                        failed = -1; // its end is no failure to find management
                        backoff.Reset();
                        Leave();
                        PhoneHomeLog.Attached(_logger, number + 1);
                    },
                    _logger);
                var reason = await session.RunAsync(stoppingToken);
                Leave();
                if (session.IsSentAway && (_trust.Management.Count > 1 || session.IsOutdated))
                {
                    if (!session.IsOutdated)
                    {
                        PhoneHomeLog.SentAway(_logger);
                    }

                    left = channel; // it answers calls until the next stream is there
                    continue;
                }

                _link.Channel = null;
                channel.Dispose();
                if (++failed >= _trust.Management.Count && await mirrors.LookAsync(stoppingToken))
                {
                    last = null;
                    (failed, moved) = (0, true);
                    continue;
                }

                if (!stoppingToken.IsCancellationRequested)
                {
                    var wait = backoff.Next();
                    PhoneHomeLog.Detached(_logger, reason, wait);
                    await Task.Delay(wait, _time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
        finally
        {
            Leave();
            await Task.WhenAll(leaving);
        }

        void Leave()
        {
            if (left is not null)
            {
                leaving.RemoveAll(task => task.IsCompleted);
                leaving.Add(CloseAsync(left, stoppingToken));
                left = null;
            }
        }
    }

    // At first any of them: a fleet should not begin with the same one.
    private (HostPort Endpoint, int Number) NextAfter(HostPort? last)
    {
        var endpoints = _trust.Management.ToList();
        var number = last is { } known ? (endpoints.IndexOf(known) + 1) % endpoints.Count : RandomNumberGenerator.GetInt32(endpoints.Count);
        return (endpoints[number], number);
    }

    // Calls that are under way on it are answered still.
    private async Task CloseAsync(GrpcChannel channel, CancellationToken stoppingToken)
    {
        await Task.Delay(_options.CallTimeout, _time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        channel.Dispose();
    }
}
