using System.IO.Pipelines;
using Cellway.DataPlane.Relay;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cellway.DataPlane.Tunnel.Hosting;

/// <summary>A tunnel call on Kestrel.</summary>
internal sealed class KestrelTunnelCall(HttpContext http) : ITunnelCall
{
    private const int Cancel = 8; // RFC 9113, section 7

    public PipeReader Input { get; } = http.Request.BodyReader;

    public PipeWriter Output => http.Response.BodyWriter;

    public CancellationToken Aborted { get; } = http.RequestAborted;

    /// <summary>Whether a request is one for the tunnel, by everything but its path (wire.md 2.3).</summary>
    public static bool IsCandidate(HttpContext http) =>
        HttpProtocol.IsHttp2(http.Request.Protocol)
        && HttpMethods.IsPost(http.Request.Method)
        && http.Request.ContentType is { } type
        && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase)
        && (http.Request.Headers["grpc-encoding"] is var encoding && (encoding.Count == 0 || encoding == "identity"))
        && http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };

    public void Accept()
    {
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = "application/grpc";
    }

    public async Task SendHeadAsync(CancellationToken cancellationToken)
    {
        await http.Response.StartAsync(cancellationToken);
        await http.Response.BodyWriter.FlushAsync(cancellationToken);
    }

    public Task CompleteAsync()
    {
        http.Response.AppendTrailer("grpc-status", "0");
        return http.Response.CompleteAsync();
    }

    public void Reset() => http.Features.GetRequiredFeature<IHttpResetFeature>().Reset(Cancel);
}
