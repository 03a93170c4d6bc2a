using System.Buffers;
using System.Net.Sockets;
using Cellway.Cli.Client.Tunneling;

namespace Cellway.Cli.Client.Proxy;

/// <summary>One plain HTTP request and its response; then the connection ends.</summary>
/// <remarks>Keeping it open would save a local connection and cost the bookkeeping of which server the next request is for.</remarks>
internal sealed class HttpExchange(Socket client, MovableTunnel tunnel, HttpProxyRequest request)
{
    private const int BlockSize = 64 * 1024;

    private HttpBodyMeter _body = new(request.Body);

    /// <summary>Forwards the request and its response.</summary>
    /// <param name="early">What followed the request's head already.</param>
    /// <param name="cancellationToken">Cuts it.</param>
    public async Task RunAsync(ReadOnlyMemory<byte> early, CancellationToken cancellationToken)
    {
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Relay.BothAsync(
            async stop =>
            {
                using var until = CancellationTokenSource.CreateLinkedTokenSource(stop, answered.Token);
                try
                {
                    await SendRequestAsync(early, until.Token);
                }
                catch (OperationCanceledException) when (answered.IsCancellationRequested && !stop.IsCancellationRequested)
                {
                    // A server may answer and end before it has read everything.
                }
            },
            async stop =>
            {
                await ReceiveResponseAsync(stop);
                await answered.CancelAsync();
            },
            cancellationToken);
    }

    private async Task SendRequestAsync(ReadOnlyMemory<byte> early, CancellationToken stop)
    {
        await tunnel.WriteAsync(request.Forwarded, stop);
        await SendBodyAsync(early, stop);
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            // Reads on after the body, for the end that says that nobody waits for the response any more.
            int read;
            while ((read = await client.ReceiveAsync(block.AsMemory(), stop)) > 0)
            {
                await SendBodyAsync(block.AsMemory(0, read), stop);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        if (!_body.IsDone)
        {
            throw new IOException("The body of the request was cut short.");
        }

        await tunnel.CompleteWritesAsync(stop);
    }

    private async ValueTask SendBodyAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        var count = _body.Count(bytes.Span);
        if (count < 0)
        {
            throw new IOException("The body of the request is not chunked as it says.");
        }

        if (count > 0)
        {
            await tunnel.WriteAsync(bytes[..count], stop);
        }
    }

    private async Task ReceiveResponseAsync(CancellationToken stop)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            var rest = await ForwardHeadAsync(block, stop);
            if (rest < 0)
            {
                await client.SendAllAsync(HttpProxyReply.BadAnswer, stop);
                return;
            }

            await client.SendAllAsync(block.AsMemory(0, rest), stop);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        await Relay.DownAsync(client, tunnel, stop);
    }

    /// <summary>Forwards the head, and interim ones before it.</summary>
    /// <returns>How much of the body is at the front of the block; -1 when what came is no HTTP.</returns>
    private async Task<int> ForwardHeadAsync(byte[] block, CancellationToken stop)
    {
        var filled = 0;
        while (true)
        {
            var status = Next(block.AsMemory(0, filled), out var head, out var length);
            if (status is OperationStatus.InvalidData)
            {
                return -1;
            }

            if (status is OperationStatus.Done)
            {
                var isInterim = head!.FirstLine.AsSpan(8).StartsWith(" 1");
                await client.SendAllAsync(isInterim ? block.AsMemory(0, length) : head.ForNextHop(head.FirstLine, host: null), stop);
                block.AsSpan(length..filled).CopyTo(block);
                filled -= length;
                if (!isInterim)
                {
                    return filled;
                }

                continue;
            }

            var read = await tunnel.ReadAsync(block.AsMemory(filled), stop);
            if (read == 0)
            {
                return -1;
            }

            filled += read;
        }
    }

    private static OperationStatus Next(ReadOnlyMemory<byte> bytes, out HttpHead? head, out int length)
    {
        var sequence = new ReadOnlySequence<byte>(bytes);
        var status = HttpHead.Read(sequence, out head, out var consumed, out _);
        length = (int)sequence.Slice(0, consumed).Length;
        return status is OperationStatus.Done && !(head!.FirstLine.StartsWith("HTTP/1.", StringComparison.Ordinal) && head.FirstLine.Length > 11)
            ? OperationStatus.InvalidData
            : status;
    }
}
