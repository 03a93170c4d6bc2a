using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Tunnel.Hosting;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>A call to a Core on .NET's HTTP client.</summary>
internal sealed class CoreCall(DuplexCall call) : ICoreCall
{
    public Stream Uplink => call.Uplink;

    public async Task<bool> AnswerAsync(CancellationToken cancellationToken) => await call.AnswerAsync(cancellationToken) == 0;

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => call.ReadAsync(buffer, cancellationToken);

    public void CompleteUplink() => call.End();

    public void Dispose() => call.Dispose();
}
