using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Hosting;

/// <summary>A web server on one endpoint, set up for long streams and for looking ordinary.</summary>
internal sealed class KestrelHost : IAsyncDisposable
{
    // Connection credit comes back only as the application reads, so a few slow streams must not use it up (wire.md 2.7).
    private const int ConnectionWindow = 64 * 1024 * 1024;
    private const int StreamWindow = 1024 * 1024;

    // What a static web server's defaults are (wire.md 7.2).
    private static readonly TimeSpan s_handshakeTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(75);

    private readonly WebApplication _app;

    private KestrelHost(WebApplication app, IPEndPoint endpoint) => (_app, Endpoint) = (app, endpoint);

    public IPEndPoint Endpoint { get; }

    /// <exception cref="IOException">The endpoint cannot be listened on.</exception>
    public static async Task<KestrelHost> StartAsync(
        IPEndPoint listen,
        Func<TlsHandshakeCallbackContext, ValueTask<SslServerAuthenticationOptions>> face,
        RequestDelegate handler,
        ILoggerFactory logging,
        IMeterFactory meters,
        CancellationToken cancellationToken)
    {
        // The empty builder reads no settings files and no environment: nothing outside may change a port or a limit here.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton<ILoggerFactory>(new WarningsOnlyLoggerFactory(logging));
        builder.Services.AddSingleton(meters);
        builder.Services.AddSingleton<IHostLifetime, NoSignalsLifetime>();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BlockPoolFactory>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseSockets(o =>
        {
            o.Backlog = 4096;
            o.NoDelay = true;
            o.CreateBoundListenSocket = Bind;
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            SetLimits(kestrel);
            kestrel.Listen(listen, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http1AndHttp2;
                endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = face, HandshakeTimeout = s_handshakeTimeout });
            });
        });

        var app = builder.Build();
        app.Run(handler);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (SocketException e)
        {
            await app.DisposeAsync();
            throw new IOException(e.Message, e);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        return new(app, new(listen.Address, new Uri(address).Port));
    }

    /// <summary>Stops accepting, asks clients to go, and waits for the open requests; cuts them when the token fires.</summary>
    public Task StopAsync(CancellationToken cut) => _app.StopAsync(cut);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void SetLimits(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowAlternateSchemes = true; // Xray sends :scheme http inside TLS (wire.md 2.3)
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxResponseBufferSize = 1024 * 1024;
        kestrel.Limits.KeepAliveTimeout = s_keepAlive;
        kestrel.Limits.RequestHeadersTimeout = s_handshakeTimeout;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 10_000; // a busy Xray uses one connection (wire.md 2.7)
        kestrel.Limits.Http2.InitialConnectionWindowSize = ConnectionWindow;
        kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindow;
        kestrel.Limits.Http2.MaxFrameSize = 64 * 1024;
    }

    // Keep-alive below TLS finds dead peers; an HTTP/2 PING from the server would tell it from an nginx (wire.md 7.3).
    private static Socket Bind(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        return socket;
    }
}
