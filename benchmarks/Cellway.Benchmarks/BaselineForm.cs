using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Cli.Local;

namespace Cellway.Benchmarks;

/// <summary>Kestrel and HttpClient, tuned (../Cellway.KestrelBaseline), as two processes of its own.</summary>
internal sealed class BaselineForm : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cellway-bench-");
    private readonly List<ChildProcess> _children = [];

    public async Task<TunnelForm> StartAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=bench", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("www.bench.example");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
        foreach (var role in (string[])["web", "core", "entry"])
        {
            await File.WriteAllBytesAsync(Path.Combine(_directory.FullName, role + ".pfx"), certificate.Export(X509ContentType.Pkcs12));
        }

        var (core, corePort) = await StartAsync("core", []);
        var (entry, entryPort) = await StartAsync("entry", [corePort]);
        var roots = new X509Certificate2Collection(X509CertificateLoader.LoadCertificate(certificate.RawData));
        var server = new IPEndPoint(IPAddress.Loopback, int.Parse(entryPort, CultureInfo.InvariantCulture));
        return new(
            "Kestrel + HttpClient, tuned",
            server,
            at => new() { Server = at ?? server, ServerName = "www.bench.example", ServiceName = "api", Id = new byte[16], ExtraRoots = roots },
            entry,
            core);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in _children)
        {
            await child.KillAsync();
            await child.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }

    private async Task<(ChildProcess Process, string Port)> StartAsync(string role, string[] more)
    {
        var ready = Path.Combine(_directory.FullName, role + ".ready");
        var program = Path.Combine(AppContext.BaseDirectory, "../../Cellway.KestrelBaseline", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "Cellway.KestrelBaseline");
        var child = ChildProcess.Start(role, _directory.FullName, [role, ready, _directory.FullName, .. more], program: Path.GetFullPath(program));
        _children.Add(child);
        for (var i = 0; !File.Exists(ready); i++)
        {
            await Task.Delay(i < 500 ? 20 : throw new TimeoutException($"The baseline's {role} does not come up."));
        }

        return (child, await File.ReadAllTextAsync(ready));
    }
}
