using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.Model.Health;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>One connection of a pool.</summary>
internal sealed class CoreLink(CorePool pool) : ConnectionHandler
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The connection; set before it runs.</summary>
    public Http2Connection Connection { get; set; } = null!;

    /// <summary>Completes with the Core's first SETTINGS: before them it may still refuse our certificate.</summary>
    public Task Ready => _ready.Task;

    /// <summary>It is over.</summary>
    public bool IsClosed { get; private set; }

    public override void OnReady() => _ready.TrySetResult();

    public override void OnDraining(Http2ErrorCode code) => pool.Remove(this);

    public override void OnClosed()
    {
        IsClosed = true;
        pool.Lose(this);
        _ready.TrySetException(new CoreUnreachableException("The connection was cut: the Core does not accept this Entry's certificate.", reach: CoreReach.Refused));
    }
}
