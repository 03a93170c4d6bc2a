using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.IntegrationTests.Cli.Client;

/// <summary>A subscription server whose certificate a root of its own vouches for.</summary>
internal sealed class PrivateNetwork : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _directory = Directory.CreateTempSubdirectory("cellway-connect-").FullName;

    private PrivateNetwork(WebApplication app) => _app = app;

    /// <summary>What the server does; the subscription at first.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = c => c.Response.WriteAsync(TwoLinks);

    public static string TwoLinks { get; } = Convert.ToBase64String(
        "vless://a3482e88-686a-4a58-8126-99c9df64b7bf@a.example:443?security=tls&type=grpc&serviceName=s#one\nvless://a3482e88-686a-4a58-8126-99c9df64b7bf@b.example:443?security=tls&type=grpc&serviceName=s#two"u8);

    public string CaFile => Path.Combine(_directory, "ca.pem");

    public int Port => new Uri(_app.Urls.First()).Port;

    public string Url => $"https://localhost:{Port}/s/TOKEN";

    public string? UserAgent { get; private set; }

    public static async Task<PrivateNetwork> StartAsync(int notAfterDays = 1)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var rootRequest = new CertificateRequest("CN=test root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = rootRequest.CreateSelfSigned(now.AddDays(-20), now.AddDays(2));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1")], false));
        using var bare = request.Create(root, now.AddDays(-10), now.AddDays(notAfterDays), [1, 2, 3]);
        var certificate = X509CertificateLoader.LoadPkcs12(bare.CopyWithPrivateKey(key).Export(X509ContentType.Pfx), null);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(certificate)));
        var app = builder.Build();
        var network = new PrivateNetwork(app);
        await File.WriteAllTextAsync(network.CaFile, root.ExportCertificatePem());
        app.Run(c =>
        {
            network.UserAgent = c.Request.Headers.UserAgent;
            return network.Answer(c);
        });
        await app.StartAsync();
        return network;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
