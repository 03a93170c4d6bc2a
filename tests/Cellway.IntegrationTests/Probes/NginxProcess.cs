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

    public static async Task<NginxProcess> StartAsync(ProbeSite site, CancellationToken token)
    {
        var port = FreePort();
        var root = site.Directory;
        var configuration = $$"""
            daemon off; worker_processes 1; pid {{root}}/pid; error_log {{root}}/error.log;
            events { worker_connections 512; }
            http {
              access_log off; include /etc/nginx/mime.types; default_type application/octet-stream;
              client_body_temp_path {{root}}/t1; proxy_temp_path {{root}}/t2; fastcgi_temp_path {{root}}/t3;
              uwsgi_temp_path {{root}}/t4; scgi_temp_path {{root}}/t5;
              client_header_timeout {{ProbeTimers.Header}}s; client_body_timeout {{ProbeTimers.Header}}s;
              lingering_timeout {{ProbeTimers.Linger}}s; keepalive_timeout {{ProbeTimers.KeepAlive}}s;
              http2_max_concurrent_streams 1024;
              server {
                listen 127.0.0.1:{{port}} ssl http2; server_name {{ProbeSite.Name}}; root {{site.Root}};
                ssl_certificate {{site.CertificateFile}}; ssl_certificate_key {{site.KeyFile}}; ssl_protocols TLSv1.2 TLSv1.3;
              }
            }
            """;
        var path = Path.Combine(root, "nginx.conf");
        await File.WriteAllTextAsync(path, configuration, token);
        if (OperatingSystem.IsLinux())
        {
            // The worker runs as another user when the master is root.
            File.SetUnixFileMode(root, File.GetUnixFileMode(root) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        }

        var process = Process.Start(new ProcessStartInfo(Program!, ["-c", path, "-e", Path.Combine(root, "start.log")]) { RedirectStandardError = true })!;
        var server = new NginxProcess(process, new(IPAddress.Loopback, port));
        await server.WaitAsync(token);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
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
