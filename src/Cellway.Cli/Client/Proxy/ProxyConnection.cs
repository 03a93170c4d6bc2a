using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Cellway.Cli.Client.Tunneling;

namespace Cellway.Cli.Client.Proxy;

/// <summary>One connection of a program: tells SOCKS from HTTP by the first byte, then serves it.</summary>
internal sealed class ProxyConnection(Socket client, Tunnels tunnels, TimeProvider time)
{
    private const byte Version4 = 4;

    /// <summary>A program on this machine has no reason to take longer to say what it wants.</summary>
    private static readonly TimeSpan s_handshakeTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Serves it to its end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using (client)
        using (var input = new HandshakeBuffer(client))
        using (var timeout = new CancellationTokenSource(s_handshakeTimeout, time))
        {
            try
            {
                client.NoDelay = true;
                using var handshake = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
                if (!await input.FillAsync(handshake.Token))
                {
                    return;
                }

                await (input.Bytes.Span[0] switch
                {
                    SocksGreeting.Version => ServeSocksAsync(input, handshake.Token, cancellationToken),
                    Version4 => RefuseAsync(SocksReply.Version4Rejected, cancellationToken),
                    >= (byte)'A' and <= (byte)'Z' => ServeHttpAsync(input, handshake.Token, cancellationToken),
                    _ => Task.CompletedTask, // TLS, or nothing that a proxy is spoken to in
                });
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                client.Reset();
            }
        }
    }

    private async Task ServeSocksAsync(HandshakeBuffer input, CancellationToken handshake, CancellationToken stop)
    {
        SocksGreeting greeting;
        SocksFault fault;
        SequencePosition consumed;
        OperationStatus status;
        ReadOnlySequence<byte> bytes;
        while ((status = SocksGreeting.Read(bytes = new(input.Bytes), out greeting, out consumed, out fault)) is OperationStatus.NeedMoreData)
        {
            if (!await input.FillAsync(handshake))
            {
                return;
            }
        }

        if (status is not OperationStatus.Done || !greeting.OffersNoAuthentication)
        {
            await RefuseAsync(SocksReply.NoAcceptableMethod, stop);
            return;
        }

        input.Take(bytes, consumed);
        await client.SendAllAsync(SocksReply.NoAuthentication, handshake);
        SocksRequest request;
        while ((status = SocksRequest.Read(bytes = new(input.Bytes), out request, out consumed, out fault)) is OperationStatus.NeedMoreData)
        {
            if (!await input.FillAsync(handshake))
            {
                return;
            }
        }

        if (status is not OperationStatus.Done)
        {
            await RefuseAsync(SocksReply.To(fault), stop);
            return;
        }

        input.Take(bytes, consumed);
        await ServeTunnelAsync(input, request.Destination, SocksReply.Connected, () => SocksReply.Failed, stop);
    }

    private async Task ServeHttpAsync(HandshakeBuffer input, CancellationToken handshake, CancellationToken stop)
    {
        HttpProxyRequest? request;
        HttpProxyFault fault;
        SequencePosition consumed;
        OperationStatus status;
        ReadOnlySequence<byte> bytes;
        while ((status = HttpProxyRequest.Read(bytes = new(input.Bytes), out request, out consumed, out fault)) is OperationStatus.NeedMoreData)
        {
            if (!await input.FillAsync(handshake))
            {
                return;
            }
        }

        if (status is not OperationStatus.Done)
        {
            await RefuseAsync(HttpProxyReply.To(fault), stop);
            return;
        }

        input.Take(bytes, consumed);
        if (request!.IsConnect)
        {
            await ServeTunnelAsync(input, request.Destination, HttpProxyReply.Connected, () => HttpProxyReply.Unreachable(tunnels.Problem), stop);
            return;
        }

        await using var tunnel = await tunnels.OpenAsync(request.Destination, stop);
        if (tunnel is null)
        {
            await RefuseAsync(HttpProxyReply.Unreachable(tunnels.Problem), stop);
            return;
        }

        await new HttpExchange(client, tunnel, request).RunAsync(input.Bytes, stop);
        await client.EndAsync(time, stop);
    }

    private async Task ServeTunnelAsync(
        HandshakeBuffer input, EndPoint destination, ReadOnlyMemory<byte> connected, Func<ReadOnlyMemory<byte>> failed, CancellationToken stop)
    {
        await using var tunnel = await tunnels.OpenAsync(destination, stop);
        if (tunnel is null)
        {
            await RefuseAsync(failed(), stop);
            return;
        }

        await client.SendAllAsync(connected, stop);
        await Relay.RunAsync(client, tunnel, input.Bytes, stop);
    }

    private async Task RefuseAsync(ReadOnlyMemory<byte> reply, CancellationToken stop)
    {
        await client.SendAllAsync(reply, stop);
        await client.EndAsync(time, stop);
    }
}
