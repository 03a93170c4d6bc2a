using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;

namespace Cellway.DataPlane.Tunnel.Client;

/// <summary>A client's connection to an Entry.</summary>
internal sealed class ClientLink : ConnectionHandler
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The connection; set before it runs.</summary>
    public Http2Connection Connection { get; set; } = null!;

    /// <summary>Completes with the Entry's first SETTINGS: before them its limits are not known.</summary>
    public Task Ready => _ready.Task;

    public override void OnReady() => _ready.TrySetResult();

    public override void OnDraining(Http2ErrorCode code) => _ready.TrySetException(new IOException("The server takes no more streams."));

    public override void OnClosed() => _ready.TrySetException(new IOException("The server closed the connection."));
}
