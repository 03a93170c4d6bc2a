using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;

namespace Cellway.Cli.Local;

/// <summary>Runs a host until the person or the system ends it.</summary>
internal static class Hosts
{
    public static async Task RunAsync(IHost host, CancellationToken cancellationToken)
    {
        await StartAsync(host, cancellationToken);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C or SIGTERM: the ordinary end.
        }

        await host.StopAsync(CancellationToken.None);
    }

    /// <exception cref="CliException">A port is in use, or an address is not of this machine.</exception>
    public static async Task StartAsync(IHost host, CancellationToken cancellationToken)
    {
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new CliException($"A port is in use: {e.Message.TrimEnd('.')}. Choose another, or end the program that has it.", e);
        }
        catch (SocketException e)
        {
            throw new CliException($"Cannot listen: {e.Message}. Choose another address.", e);
        }
    }
}
