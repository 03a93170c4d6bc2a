using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Cellway.IntegrationTests.Probes;

/// <summary>Debian's nginx with the model's configuration.</summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    private readonly Process _process;

    private NginxProcess(Process process, IPEndPoint endpoint) => (_process, Endpoint) = (process, endpoint);

    public static string? Program { get; } = new[] { "/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx" }.FirstOrDefault(File.Exists);

    public IPEndPoint Endpoint { get; }

    /// <summary>Starts it.</summary>
    /// <param name="root">Where its files go.</param>
    /// <param name="port">Where it listens; see <see cref="FreePort"/>.</param>
    /// <param name="http">What is in the http block.</param>
    /// <param name="token">Gives up.</param>
    public static async Task<NginxProcess> StartAsync(string root, int port, string http, CancellationToken token)
    {
        Directory.CreateDirectory(root);
        var configuration = $$"""
            daemon off; worker_processes 1; pid {{root}}/pid; error_log {{root}}/error.log;
            events { worker_connections 512; }
            http {
              access_log off; include /etc/nginx/mime.types; default_type application/octet-stream;
              client_body_temp_path {{root}}/t1; proxy_temp_path {{root}}/t2; fastcgi_temp_path {{root}}/t3;
              uwsgi_temp_path {{root}}/t4; scgi_temp_path {{root}}/t5;
              {{http}}
            }
            """;
        var path = Path.Combine(root, "nginx.conf");
        await File.WriteAllTextAsync(path, configuration, token);
        var process = Process.Start(new ProcessStartInfo(Program!, ["-c", path, "-e", Path.Combine(root, "start.log")]) { RedirectStandardError = true })!;
        var server = new NginxProcess(process, new(IPAddress.Loopback, port));
        await server.WaitAsync(token);
        return server;
    }

    /// <summary>Ends it at once.</summary>
    public async Task StopAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    /// <summary>A port that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task WaitAsync(CancellationToken token)
    {
        for (var i = 0; i < 100; i++)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(Endpoint, token);
                return;
            }
            catch (SocketException) when (!_process.HasExited)
            {
                await Task.Delay(50, token);
            }
        }

        throw new IOException("nginx does not answer.");
    }
}
