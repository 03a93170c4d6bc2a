using System.Buffers;
using System.Net.Sockets;
using Cellway.Cli.Client.Tunneling;

namespace Cellway.Cli.Client.Proxy;

/// <summary>Moves bytes between a program and a tunnel until both directions have ended, or one has failed.</summary>
internal static class Relay
{
    private const int BlockSize = 64 * 1024;

    /// <summary>Relays.</summary>
    /// <param name="client">The program.</param>
    /// <param name="tunnel">The tunnel.</param>
    /// <param name="early">What the program said already.</param>
    /// <param name="cancellationToken">Cuts both directions.</param>
    /// <exception cref="Exception">What a direction failed with; the other is stopped then.</exception>
    public static Task RunAsync(Socket client, MovableTunnel tunnel, ReadOnlyMemory<byte> early, CancellationToken cancellationToken) =>
        BothAsync(stop => UpAsync(client, tunnel, early, stop), stop => DownAsync(client, tunnel, stop), cancellationToken);

    /// <summary>Runs both directions; the first that fails stops the other.</summary>
    public static async Task BothAsync(
        Func<CancellationToken, Task> up, Func<CancellationToken, Task> down, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var directions = new[] { up(stop.Token), down(stop.Token) };
        await foreach (var ended in Task.WhenEach(directions))
        {
            if (!ended.IsCompletedSuccessfully)
            {
                await stop.CancelAsync();
                await Task.WhenAll(directions).ContinueWith(static _ => { }, TaskScheduler.Default);
                await ended;
            }
        }
    }

    /// <summary>From the tunnel to the program, to the end.</summary>
    public static async Task DownAsync(Socket client, MovableTunnel tunnel, CancellationToken stop)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            int read;
            while ((read = await tunnel.ReadAsync(block, stop)) > 0)
            {
                await client.SendAllAsync(block.AsMemory(0, read), stop);
            }

            client.Shutdown(SocketShutdown.Send);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private static async Task UpAsync(Socket client, MovableTunnel tunnel, ReadOnlyMemory<byte> early, CancellationToken stop)
    {
        if (!early.IsEmpty)
        {
            await tunnel.WriteAsync(early, stop);
        }

        while (await ReceiveAsync(client, stop) is { Count: > 0 } received)
        {
            try
            {
                await tunnel.WriteAsync(received, stop);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(received.Array!);
            }
        }

        await tunnel.CompleteWritesAsync(stop);
    }

    /// <summary>Waits without a block, as most connections do most of the time, then takes one from the pool. Empty at the end.</summary>
    private static async ValueTask<ArraySegment<byte>> ReceiveAsync(Socket client, CancellationToken stop)
    {
        await client.ReceiveAsync(Memory<byte>.Empty, stop);
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            var read = await client.ReceiveAsync(block.AsMemory(0, BlockSize), stop);
            if (read > 0)
            {
                return new(block, 0, read);
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(block);
            throw;
        }

        ArrayPool<byte>.Shared.Return(block);
        return default;
    }
}
