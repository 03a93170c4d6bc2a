using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.View;

/// <summary>Why this replica must not go on, if it must not: it stops in order, and its nodes go to others.</summary>
internal sealed class ReplicaFailure(IHostApplicationLifetime lifetime, ViewLog log)
{
    private volatile Exception? _reason;

    public Exception? Reason => _reason;

    public void Set(Exception reason)
    {
        _reason = reason;
        log.Failed(reason.Message);
        lifetime.StopApplication();
    }
}
