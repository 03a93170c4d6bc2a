using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Cellway.Cli.Local.Drills;

/// <summary>A web server on loopback that is not the network's: it serves one file, once there is one.</summary>
internal sealed class Mirror : IAsyncDisposable
{
    private readonly WebApplication _app;
    private byte[]? _file;

    private Mirror(WebApplication app) => _app = app;

    public string Url => _app.Urls.First() + "/moved.json";

    public static async Task<Mirror> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        var mirror = new Mirror(builder.Build());
        mirror._app.MapGet("/moved.json", () => Volatile.Read(ref mirror._file) is { } file ? Results.Bytes(file, "application/json") : Results.NotFound());
        await mirror._app.StartAsync(cancellationToken);
        return mirror;
    }

    public void Publish(byte[] file) => Volatile.Write(ref _file, file);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
