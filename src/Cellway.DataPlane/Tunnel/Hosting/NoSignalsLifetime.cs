using Microsoft.Extensions.Hosting;

namespace Cellway.DataPlane.Tunnel.Hosting;

/// <summary>Leaves Ctrl-C and SIGTERM to the program: this host is only a part of it.</summary>
internal sealed class NoSignalsLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
