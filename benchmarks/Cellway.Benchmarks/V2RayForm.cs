using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Cellway.Cli.Local;

namespace Cellway.Benchmarks;

/// <summary>Debian's v2ray 4.34 as Entry and Core: VLESS over HTTP/2 over TLS 1.3 on both hops, the best transport it has for many streams.</summary>
internal sealed class V2RayForm : IAsyncDisposable
{
    private const string Program = "/usr/bin/v2ray";
    private const string Domain = "www.bench.example";
    private const string Path = "/h2";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cellway-bench-");
    private readonly Guid _id = Guid.NewGuid();
    private readonly List<ChildProcess> _children = [];
    private X509Certificate2Collection _roots = [];

    /// <summary>Whether it is installed.</summary>
    public static bool IsInstalled => File.Exists(Program);

    public ChildProcess Entry => _children[1];

    public ChildProcess Core => _children[0];

    public IPEndPoint EntryEndPoint { get; } = new(IPAddress.Loopback, FreePort());

    public async Task StartAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Domain}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Domain);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(FileOf("certificate"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(FileOf("key"), key.ExportPkcs8PrivateKeyPem());
        _roots = [X509CertificateLoader.LoadCertificate(certificate.RawData)];

        var core = new IPEndPoint(IPAddress.Loopback, FreePort());
        await StartAsync("core", core.Port, new { protocol = "freedom" });
        await StartAsync("entry", EntryEndPoint.Port, new
        {
            protocol = "vless",
            settings = new { vnext = new[] { new { address = "127.0.0.1", port = core.Port, users = new[] { new { id = _id, encryption = "none" } } } } },
            streamSettings = Transport(new { usage = "verify", certificateFile = FileOf("certificate") }),
        });
    }

    /// <summary>A client with a connection of its own.</summary>
    public V2RayClient NewClient() => new(EntryEndPoint, new($"https://{Domain}:{EntryEndPoint.Port}{Path}"), _id, _roots);

    public async ValueTask DisposeAsync()
    {
        foreach (var child in _children)
        {
            await child.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static object Transport(object certificate) => new
    {
        network = "http",
        security = "tls",
        tlsSettings = new { serverName = Domain, alpn = new[] { "h2" }, disableSystemRoot = true, certificates = new[] { certificate } },
        httpSettings = new { host = new[] { Domain }, path = Path },
    };

    private string FileOf(string name) => System.IO.Path.Combine(_directory.FullName, name);

    private async Task StartAsync(string role, int port, object outbound)
    {
        var configuration = new
        {
            log = new { loglevel = "error" },
            inbounds = new[]
            {
                new
                {
                    port,
                    listen = "127.0.0.1",
                    protocol = "vless",
                    settings = new { clients = new[] { new { id = _id } }, decryption = "none" },
                    streamSettings = Transport(new { certificateFile = FileOf("certificate"), keyFile = FileOf("key") }),
                },
            },
            outbounds = new[] { outbound },
        };
        await File.WriteAllTextAsync(FileOf(role), JsonSerializer.Serialize(configuration));
        _children.Add(ChildProcess.Start($"v2ray-{role}", _directory.FullName, ["-config", FileOf(role), "-format", "json"], program: Program));
        for (var i = 0; !await AnswersAsync(port); i++)
        {
            await Task.Delay(i < 500 ? 20 : throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"v2ray's {role} does not come up at port {port}.")));
        }
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
