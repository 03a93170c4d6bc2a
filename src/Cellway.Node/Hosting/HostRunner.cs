using System.Net.Sockets;
using Cellway.Model.State;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cellway.Node.Hosting;

/// <summary>Runs a host until the person or the system ends it.</summary>
public static class HostRunner
{
    /// <summary>Starts the host, waits for <paramref name="cancellationToken"/> (Ctrl-C or SIGTERM) or until the host ends by itself, and stops it in order.</summary>
    /// <exception cref="NodeStartException">A port is in use, or an address is not of this machine.</exception>
    /// <param name="host">What to run.</param>
    /// <param name="cancellationToken">The person or the system.</param>
    /// <param name="started">Called once it serves.</param>
    public static async Task RunAsync(IHost host, CancellationToken cancellationToken, Action? started = null)
    {
        await StartAsync(host, cancellationToken);
        started?.Invoke();
        var itself = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, itself);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end.Token);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C or SIGTERM: the ordinary end.
        }

        await host.StopAsync(CancellationToken.None);
    }

    /// <summary>Starts the host.</summary>
    /// <exception cref="NodeStartException">A port is in use, or an address is not of this machine.</exception>
    public static async Task StartAsync(IHost host, CancellationToken cancellationToken)
    {
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (IOException e) when (IsInUse(e))
        {
            throw new NodeStartException($"A port is in use ({e.Message.TrimEnd('.')}): choose another, or end the program that has it.", e);
        }
        catch (Exception e) when (e is SocketException or IOException and not StateUnavailableException)
        {
            throw new NodeStartException($"Cannot listen: {e.Message}", e);
        }
    }

    private static bool IsInUse(Exception e) =>
        e is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } || (e.InnerException is { } inner && IsInUse(inner));
}
