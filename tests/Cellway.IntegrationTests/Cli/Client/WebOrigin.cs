using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cellway.IntegrationTests.Cli.Client;

/// <summary>A plain web server to go to.</summary>
internal sealed class WebOrigin : IAsyncDisposable
{
    public const int LargeSize = 64 * 1024 * 1024;

    private readonly WebApplication _app;

    private WebOrigin(WebApplication app) => _app = app;

    public static byte[] Large { get; } = RandomNumberGenerator.GetBytes(LargeSize);

    public int Port => new Uri(_app.Urls.First()).Port;

    public static async Task<WebOrigin> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, 0);
            k.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        app.MapGet("/hello", (HttpRequest r) => $"hello {r.Host} {r.Headers["Proxy-Connection"]}{r.Headers.Connection}");
        app.MapGet("/large", () => Results.Bytes(Large));
        app.MapPost("/hash", async (HttpRequest r) => Convert.ToHexString(await SHA256.HashDataAsync(r.Body)));
        await app.StartAsync();
        return new(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
