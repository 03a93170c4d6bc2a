using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Cellway.Cli.Local;

/// <summary>A web server on loopback with something worth fetching.</summary>
internal sealed class DemoOrigin : IAsyncDisposable
{
    public const int Length = 64 * 1024 * 1024;

    private readonly WebApplication _app;

    private DemoOrigin(WebApplication app, string hash)
    {
        _app = app;
        Hash = hash;
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>SHA-256 of what <c>/file</c> answers, in hex.</summary>
    public string Hash { get; }

    public static async Task<DemoOrigin> StartAsync(CancellationToken cancellationToken)
    {
        var content = RandomNumberGenerator.GetBytes(Length);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        app.MapGet("/file", () => Results.Bytes(content, "application/octet-stream"));
        app.MapGet("/hello", () => Results.Text("hello from the other side\n"));
        await app.StartAsync(cancellationToken);
        return new(app, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
