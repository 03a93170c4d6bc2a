using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.Tests.DataPlane.Http2;

/// <summary>Hands every request a handler and notes what happens to the connection.</summary>
internal sealed class RecordingConnection(Func<RecordingHandler>? create = null) : ConnectionHandler
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _capacity = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Http2ErrorCode> _draining = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<RecordingHandler> Requests { get; } = [];

    public Task Ready => _ready.Task;

    public Task Closed => _closed.Task;

    public Task Capacity => _capacity.Task;

    public Task<Http2ErrorCode> Draining => _draining.Task;

    public override StreamHandler? OnRequest(Http2Stream stream, HeaderList headers)
    {
        var handler = create?.Invoke() ?? new();
        Requests.Add(handler);
        return handler;
    }

    public override void OnReady() => _ready.TrySetResult();

    public override void OnCapacity() => _capacity.TrySetResult();

    public override void OnDraining(Http2ErrorCode code) => _draining.TrySetResult(code);

    public override void OnClosed() => _closed.TrySetResult();
}
