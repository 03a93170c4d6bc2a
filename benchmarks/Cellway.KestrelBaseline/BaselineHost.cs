using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.KestrelBaseline;

/// <summary>Kestrel with every setting that made it faster: 32 KB blocks, 1 MB response buffers and windows, 64 KB frames, no data rates.</summary>
internal static class BaselineHost
{
    public static X509Certificate2 Certificate(string directory, string name) =>
        X509CertificateLoader.LoadPkcs12FromFile(Path.Combine(directory, name + ".pfx"), null);

    public static async Task<int> RunAsync(string readyFile, X509Certificate2 certificate, bool clientCertificate, RequestDelegate handler)
    {
        var context = SslStreamCertificateContext.Create(certificate, null, offline: true);
        var tls = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = context,
            ClientCertificateRequired = clientCertificate,
            RemoteCertificateValidationCallback = clientCertificate ? (_, leaf, _, _) => leaf is not null : null,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            EnabledSslProtocols = SslProtocols.Tls13,
        };
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BlockPoolFactory>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseSockets(sockets =>
        {
            sockets.Backlog = 4096;
            sockets.NoDelay = true;
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxResponseBufferSize = 1024 * 1024;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromHours(1);
            kestrel.Limits.Http2.MaxStreamsPerConnection = 100_000;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 64 * 1024 * 1024;
            kestrel.Limits.Http2.InitialStreamWindowSize = 1024 * 1024;
            kestrel.Limits.Http2.MaxFrameSize = 64 * 1024;
            kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http2;
                endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(tls) });
            });
        });
        var app = builder.Build();
        app.Run(handler);
        await app.StartAsync();
        await File.WriteAllTextAsync(readyFile + ".new", new Uri(app.Urls.First()).Port.ToString(CultureInfo.InvariantCulture));
        File.Move(readyFile + ".new", readyFile);
        await app.WaitForShutdownAsync();
        return 0;
    }
}
