using System.Net;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Front;

/// <summary>A port that can be closed to newcomers while those inside go on, and opened again.</summary>
/// <exception cref="IOException">The endpoint is in use or not this machine's.</exception>
internal sealed class FrontDoor(FrontOptions options, IFrontFace face, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<FrontListener> _closed = []; // some may still have connections
    private FrontListener _listener = FrontListener.Start(options, face, time, logger);

    /// <summary>Where it is.</summary>
    public IPEndPoint Endpoint => _listener.Endpoint;

    /// <summary>Whether it lets nobody in, because of a drain.</summary>
    public bool IsDraining => _listener.IsStopped;

    /// <summary>Lets nobody in, and waits for those inside; cuts those that remain at the limit.</summary>
    public async Task DrainAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        await _listener.StopAsync(both.Token);
    }

    /// <summary>Lets people in again after a drain, at the same endpoint.</summary>
    /// <exception cref="IOException">Somebody else listens there by now.</exception>
    public void Reopen()
    {
        lock (_lock)
        {
            if (_listener.IsStopped)
            {
                var closed = _listener;
                _listener = FrontListener.Start(options with { Listen = closed.Endpoint }, face, time, logger);
                _closed.Add(closed);
            }
        }
    }

    /// <summary>Cuts everything.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _closed.Append(_listener))
        {
            await listener.DisposeAsync();
        }
    }
}
