using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Cellway.Testing;

namespace Cellway.IntegrationTests.DataPlane;

/// <summary>Debian's v2ray 4.34 as a client: VLESS over a WebSocket over TLS, with a SOCKS port for TCP and a door for UDP.</summary>
internal sealed class V2Ray : IAsyncDisposable
{
    private readonly ServerProcess _process;
    private readonly DirectoryInfo _directory;

    private V2Ray(ServerProcess process, DirectoryInfo directory, int socks) => (_process, _directory, Socks) = (process, directory, socks);

    public static string? Program { get; } = new[] { "/usr/bin/v2ray", "/usr/local/bin/v2ray" }.FirstOrDefault(File.Exists);

    /// <summary>The port of its SOCKS proxy.</summary>
    public int Socks { get; }

    /// <summary>What it has said.</summary>
    public string Output => _process.Output;

    /// <param name="path">The network.</param>
    /// <param name="mux">Sessions per tunnel; 0: no Mux.</param>
    /// <param name="door">Where the UDP door leads, and the port that it is at.</param>
    /// <param name="id">The device's id, if not the network's own device.</param>
    public static async Task<V2Ray> StartAsync(TestPath path, int mux = 0, (IPEndPoint To, int Port)? door = null, Guid? id = null)
    {
        Assert.False(Program is null && Environment.GetEnvironmentVariable("CI") == "true", "v2ray is missing.");
        Assert.SkipWhen(Program is null, "v2ray is not installed.");
        var socks = ServerProcess.FreePort();
        object? udp = door is not { } d ? null : new
        {
            port = d.Port,
            listen = "127.0.0.1",
            protocol = "dokodemo-door",
            settings = new { address = d.To.Address.ToString(), port = d.To.Port, network = "udp" },
        };
        var configuration = new
        {
            log = new { loglevel = "warning" },
            inbounds = new[] { new { port = socks, listen = "127.0.0.1", protocol = "socks", settings = new { auth = "noauth" } }, udp }.OfType<object>(),
            outbounds = new[] { Outbound(path, mux, id ?? new Guid(path.Id, bigEndian: true)) },
        };
        var directory = Directory.CreateTempSubdirectory("cellway-v2ray");
        var file = Path.Combine(directory.FullName, "config.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(configuration), TestContext.Current.CancellationToken);
        var process = await ServerProcess.StartAsync(Program!, ["-config", file], token => AnswersAsync(socks, token), TimeSpan.FromSeconds(20));
        return new(process, directory, socks);
    }

    /// <summary>Connects through the SOCKS proxy.</summary>
    public async Task<Socket> ConnectAsync(IPEndPoint destination, CancellationToken token)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Socks, token);
        var stream = new NetworkStream(socket);
        await stream.WriteAsync((byte[])[5, 1, 0], token);
        await stream.ReadExactlyAsync(new byte[2], token);
        await stream.WriteAsync(
            (byte[])[5, 1, 0, 1, .. destination.Address.GetAddressBytes(), (byte)(destination.Port >> 8), (byte)destination.Port], token);
        await stream.ReadExactlyAsync(new byte[10], token);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private static object Outbound(TestPath path, int mux, Guid id) => new
    {
        protocol = "vless",
        settings = new
        {
            vnext = new[] { new { address = "127.0.0.1", port = path.Entry.Endpoint.Port, users = new[] { new { id, encryption = "none" } } } },
        },
        mux = new { enabled = mux > 0, concurrency = Math.Max(mux, 1) },
        streamSettings = new
        {
            network = "ws",
            security = "tls",
            tlsSettings = new
            {
                serverName = TestPath.EntryDomain,
                disableSystemRoot = true,
                certificates = new[] { new { usage = "verify", certificate = path.Ca.Root.ExportCertificatePem().Split('\n') } },
            },
            wsSettings = new { path = $"/{TestPath.ClientName}", headers = new { Host = TestPath.EntryDomain } },
        },
    };

    private static async Task<bool> AnswersAsync(int port, CancellationToken token)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
