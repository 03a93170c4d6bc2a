using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Relay;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Front;

/// <summary>Runs one accepted connection: sniff, TLS, then the protocol that was agreed on.</summary>
internal sealed class FrontConnectionRunner(
    FrontOptions options, IFrontFace face, TimeProvider time, ILogger logger, Http2Sweeper sweeper, CancellationToken stop, CancellationToken cut)
{
    private const byte Handshake = 0x16;
    private const byte Ssl2 = 0x80;

    private static readonly byte[] s_http2 = "PRI "u8.ToArray(); // no HTTP/1 method

    private readonly SitePassage _passage = new(logger);

    /// <exception cref="IOException">The connection failed.</exception>
    public async Task RunAsync(Socket socket)
    {
        socket.NoDelay = true;
        var connection = new FrontConnection((IPEndPoint)socket.RemoteEndPoint!, (IPEndPoint)socket.LocalEndPoint!);
        using var abort = cut.UnsafeRegister(static s => ((Socket)s!).Dispose(), socket);
        using var limit = new CancellationTokenSource(options.HandshakeTimeout, time);
        if (await face.ChooseSiteAsync(connection, limit.Token) is { } site)
        {
            using var end = stop.UnsafeRegister(static s => ((Socket)s!).Dispose(), socket); // a draining node does not wait for strangers
            await _passage.RunAsync(socket, connection, site, limit.Token);
            return;
        }

        if (options.IsCleartext)
        {
            await RunCleartextAsync(socket, connection, limit);
            return;
        }

        var first = new byte[1];
        if (await socket.ReceiveAsync(first, SocketFlags.Peek, limit.Token) == 0)
        {
            return;
        }

        if (first[0] != Handshake && (first[0] & Ssl2) == 0)
        {
            var plain = new BulkStream(socket, tls: false);
            await RunHttp1Async(connection, new(plain, plain), isPlainOnTls: true);
            return;
        }

        var bulk = new BulkStream(socket, tls: true);
        await using var tls = new SslStream(bulk, leaveInnerStreamOpen: false);
        if (!await HasHelloAsync(bulk, limit.Token) || !await AuthenticateAsync(tls, connection, limit.Token))
        {
            return;
        }

        limit.CancelAfter(Timeout.InfiniteTimeSpan);
        if (tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2)
        {
            await RunHttp2Async(connection, new(tls, bulk));
        }
        else
        {
            await RunHttp1Async(connection, new(tls, bulk), isPlainOnTls: false);
        }
    }

    private async Task RunCleartextAsync(Socket socket, FrontConnection connection, CancellationTokenSource limit)
    {
        var bulk = new BulkStream(socket, tls: false);
        var first = await bulk.FillAsync(s_http2.Length, limit.Token);
        var isHttp2 = first.Span.StartsWith(s_http2);
        limit.CancelAfter(Timeout.InfiniteTimeSpan);
        if (isHttp2)
        {
            await RunHttp2Async(connection, new(bulk, bulk));
        }
        else
        {
            await RunHttp1Async(connection, new(bulk, bulk), isPlainOnTls: false);
        }
    }

    private static async Task<bool> HasHelloAsync(BulkStream bulk, CancellationToken limit)
    {
        var needed = 1;
        while (true)
        {
            var received = await bulk.FillAsync(needed, limit);
            if (received.Length < needed)
            {
                return false;
            }

            switch (ClientHello.Read(received.Span, out var whole, out var length, out var alert))
            {
                case OperationStatus.NeedMoreData when length <= BulkStream.ReadSize:
                    needed = length;
                    break;
                case OperationStatus.Done:
                    if (whole is not null)
                    {
                        bulk.Rewrite(length, whole);
                    }

                    return true;
                default:
                    if (alert != ClientHello.NoAlert)
                    {
                        await bulk.WriteAsync((byte[])[21, 3, 3, 0, 2, 2, alert], limit);
                    }

                    return false;
            }
        }
    }

    private async Task<bool> AuthenticateAsync(SslStream tls, FrontConnection connection, CancellationToken limit)
    {
        try
        {
            await tls.AuthenticateAsServerAsync(
                static (_, hello, state, token) =>
                {
                    var (face, connection) = ((IFrontFace, FrontConnection))state!;
                    return face.ChooseTlsAsync(connection, hello.ServerName, token);
                },
                (face, connection),
                limit);
            return true;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException)
        {
            FrontLog.HandshakeFailed(logger);
            return false;
        }
    }

    private async Task RunHttp1Async(FrontConnection connection, Http1Transport transport, bool isPlainOnTls)
    {
        var peer = new Http1Peer(AddressText(connection.Local.Address), connection.Local.Port, connection.Remote.Address, isPlainOnTls);
        using var http = new Http1Connection(transport, face, options.Http1, peer, time, stop);
        await http.RunAsync();
    }

    private async Task RunHttp2Async(FrontConnection connection, Http2Transport transport)
    {
        var http = new Http2Connection(
            transport, isClient: false, face.OpenHttp2(connection), face.ChooseHttp2(connection, options.Http2), sweeper, logger);
        using var drain = stop.UnsafeRegister(static c => ((Http2Connection)c!).Drain(), http);
        await http.RunAsync();
    }

    private static string AddressText(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => $"[{address}]",
        _ => address.ToString(),
    };
}
