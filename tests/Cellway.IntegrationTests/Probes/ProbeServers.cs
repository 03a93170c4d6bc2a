using System.Collections.Concurrent;
using System.Net;
using Cellway.DataPlane.Front;
using Cellway.DataPlane.Tunnel.Core;
using Cellway.IntegrationTests.DataPlane;

namespace Cellway.IntegrationTests.Probes;

/// <summary>
/// The real nginx, and our servers as the programs run them: an Entry and a Core, alone and each with an nginx of its own.
/// The transcripts of all probes are taken beside each other because most of them wait.
/// </summary>
public sealed class ProbeServers : IAsyncLifetime
{
    public const string Entry = "entry";
    public const string EntryBehindNginx = "entry behind nginx";
    public const string Core = "core";
    public const string CoreWithNginx = "core with nginx";

    private const int AtOnce = 24;

    private readonly ProbeSite _site = new();
    private readonly SemaphoreSlim _turns = new(AtOnce);
    private readonly ConcurrentDictionary<string, Task<(string Model, Dictionary<string, string> Ours)>> _runs = new();
    private readonly List<IAsyncDisposable> _running = [];
    private readonly Dictionary<string, IPEndPoint> _ours = [];
    private NginxProcess? _nginx;

    internal static IReadOnlyDictionary<string, Probe> Probes { get; } =
        TlsProbes.All.Concat(Http1Probes.All).Concat(Http2Probes.All).ToDictionary(p => p.Name);

    public async ValueTask InitializeAsync()
    {
        if (NginxProcess.Program is null)
        {
            return;
        }

        var token = TestContext.Current.CancellationToken;
        _nginx = await StartModelAsync(token);
        _running.Add(_nginx);
        var (port, root) = (NginxProcess.FreePort(), Path.Combine(_site.Directory, "strangers"));
        var http = NginxExamples.Timers + "http2_max_concurrent_streams 1024;" + NginxExamples.Core(_site, port)
            .Replace("port_in_redirect off", "port_in_redirect on", StringComparison.Ordinal) // the model's port is not 443 either
            .Replace("server_name_in_redirect on", "server_name_in_redirect off", StringComparison.Ordinal);
        var strangers = await NginxProcess.StartAsync(root, port, http, token);
        _running.Add(strangers);

        var timers = new WebTimers
        {
            Header = TimeSpan.FromSeconds(ProbeTimers.Header),
            KeepAlive = TimeSpan.FromSeconds(ProbeTimers.KeepAlive),
            Linger = TimeSpan.FromSeconds(ProbeTimers.Linger),
        };
        CoreServerOptions Listening(CoreServerOptions o) => o with { Listen = new(IPAddress.Loopback, 0), Cover = new() { Directory = _site.Root }, Timers = timers };
        var path = await TestPath.StartAsync(
            token,
            configure: Listening,
            configureEntry: o => o with { Cover = new() { Directory = _site.Root }, Timers = timers },
            web: _site.Certificate);
        var passing = await TestPath.StartAsync(token, configure: o => Listening(o) with { StrangersTo = strangers.Endpoint });
        var behind = await TestPath.StartAsync(token, configureEntry: o => o with { BehindWebServer = true });
        var front = NginxProcess.FreePort();
        var nginx = await NginxProcess.StartAsync(
            Path.Combine(_site.Directory, "front"), front, NginxExamples.Timers + NginxExamples.Entry(_site, front, behind.Entry.Endpoint.Port), token);
        _running.AddRange([path, passing, behind, nginx]);
        _ours[EntryBehindNginx] = nginx.Endpoint;
        _ours[Entry] = path.Entry.Endpoint;
        _ours[Core] = path.Core.Endpoint;
        _ours[CoreWithNginx] = passing.Core.Endpoint;
        foreach (var probe in Probes.Values)
        {
            _runs[probe.Name] = RunAsync(probe, token);
        }
    }

    public async Task<(string Model, string Ours)> TranscriptsAsync(string probe, string server)
    {
        Assert.SkipWhen(NginxProcess.Program is null, "nginx is not installed.");
        var (model, ours) = await _runs[probe];
        return (model, ours[server]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Enumerable.Reverse(_running))
        {
            await server.DisposeAsync();
        }

        _turns.Dispose();
        _site.Dispose();
    }

    private Task<NginxProcess> StartModelAsync(CancellationToken token)
    {
        var port = NginxProcess.FreePort();
        return NginxProcess.StartAsync(
            Path.Combine(_site.Directory, "model"),
            port,
            $$"""
            {{NginxExamples.Timers}}
            http2_max_concurrent_streams 1024;
            server {
              listen 127.0.0.1:{{port}} ssl http2; server_name {{ProbeSite.Name}}; root {{_site.Root}};
              ssl_certificate {{_site.CertificateFile}}; ssl_certificate_key {{_site.KeyFile}}; ssl_protocols TLSv1.2 TLSv1.3;
            }
            """,
            token);
    }

    private async Task<(string Model, Dictionary<string, string> Ours)> RunAsync(Probe probe, CancellationToken token)
    {
        await _turns.WaitAsync(token);
        try
        {
            var model = probe.RunAsync(_nginx!.Endpoint, token);
            var ours = _ours.ToDictionary(o => o.Key, o => probe.RunAsync(o.Value, token));
            await Task.WhenAll(ours.Values);
            return (await model, ours.ToDictionary(o => o.Key, o => o.Value.Result));
        }
        finally
        {
            _turns.Release();
        }
    }
}
