namespace Cellway.Node.Hosting;

/// <summary>The port this node serves on. With port 0 it is known only after the server has begun to listen.</summary>
public sealed class ServingPort
{
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Says it; the first word counts.</summary>
    public void Set(int port) => _port.TrySetResult(port);

    /// <summary>The port, as soon as it is known.</summary>
    public Task<int> GetAsync(CancellationToken cancellationToken) => _port.Task.WaitAsync(cancellationToken);
}
