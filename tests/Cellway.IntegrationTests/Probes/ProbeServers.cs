using System.Collections.Concurrent;
using System.Net;
using Cellway.DataPlane.Front;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.IntegrationTests.Probes;

/// <summary>Both servers, and the transcripts of all probes, which are taken beside each other because most of them wait.</summary>
public sealed class ProbeServers : IAsyncLifetime
{
    private const int AtOnce = 24;

    private readonly ProbeSite _site = new();
    private readonly SemaphoreSlim _turns = new(AtOnce);
    private readonly ConcurrentDictionary<string, Task<(string Model, string Ours)>> _runs = new();
    private NginxProcess? _nginx;
    private FrontListener? _ours;

    internal static IReadOnlyDictionary<string, Probe> Probes { get; } =
        TlsProbes.All.Concat(Http1Probes.All).Concat(Http2Probes.All).ToDictionary(p => p.Name);

    public async ValueTask InitializeAsync()
    {
        if (NginxProcess.Program is null)
        {
            return;
        }

        _nginx = await NginxProcess.StartAsync(_site, TestContext.Current.CancellationToken);
        var header = TimeSpan.FromSeconds(ProbeTimers.Header);
        var keepAlive = TimeSpan.FromSeconds(ProbeTimers.KeepAlive);
        var linger = TimeSpan.FromSeconds(ProbeTimers.Linger);
        _ours = FrontListener.Start(
            new()
            {
                Listen = new(IPAddress.Loopback, 0),
                HandshakeTimeout = header,
                Http1 = new Http1Options { HeaderTimeout = header, KeepAliveTimeout = keepAlive, LingerTimeout = linger },
                Http2 = Http2Options.NginxServer with { HeaderTimeout = header, IdleTimeout = keepAlive, LingerTimeout = linger },
            },
            new SiteFace(_site), TimeProvider.System, NullLogger.Instance);
        foreach (var probe in Probes.Values)
        {
            _runs[probe.Name] = RunAsync(probe, TestContext.Current.CancellationToken);
        }
    }

    public async Task<(string Model, string Ours)> TranscriptsAsync(string probe)
    {
        Assert.SkipWhen(NginxProcess.Program is null, "nginx is not installed.");
        return await _runs[probe];
    }

    public async ValueTask DisposeAsync()
    {
        if (_ours is not null)
        {
            await _ours.DisposeAsync();
        }

        if (_nginx is not null)
        {
            await _nginx.DisposeAsync();
        }

        _turns.Dispose();
        _site.Dispose();
    }

    private async Task<(string Model, string Ours)> RunAsync(Probe probe, CancellationToken token)
    {
        await _turns.WaitAsync(token);
        try
        {
            var model = probe.RunAsync(_nginx!.Endpoint, token);
            var ours = probe.RunAsync(_ours!.Endpoint, token);
            return (await model, await ours);
        }
        finally
        {
            _turns.Release();
        }
    }
}
