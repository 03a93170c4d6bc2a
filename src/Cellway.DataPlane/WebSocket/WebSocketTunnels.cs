using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.WebSocket;

/// <summary>Takes the connections over that ask for a WebSocket on a secret path. Everything else is the site's.</summary>
/// <param name="isPath">Whether a path, without its query, is one now; the cell's transport profile decides.</param>
/// <param name="tunnel">Runs a call.</param>
internal sealed class WebSocketTunnels(Func<string, bool> isPath, Func<ITunnelCall, Task<bool>> tunnel)
{
    /// <returns>Who takes the connection; <see langword="null"/> for the site's requests.</returns>
    public Http1Takeover? TryTakeOver(Http1Request request)
    {
        var target = request.Line.Target;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        if (!isPath(query < 0 ? target : target[..query]) || WebSocketUpgrade.TryCreate(request) is not { } upgrade)
        {
            return null;
        }

        return (stream, received, stop) => RunAsync(upgrade, stream, received, stop);
    }

    private async Task RunAsync(WebSocketUpgrade upgrade, Stream stream, ReadOnlyMemory<byte> received, CancellationToken stop)
    {
        await stream.WriteAsync(upgrade.Head, stop);
        await stream.FlushAsync(stop);
        using var call = new WebSocketTunnelCall(new(stream, received.Span), stop);
        await call.RunAsync(tunnel, upgrade.EarlyData);
    }
}
