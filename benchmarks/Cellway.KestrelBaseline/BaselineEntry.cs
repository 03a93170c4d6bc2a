using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Cellway.DataPlane.Tunnel.Entry;
using Cellway.Model.Devices;
using Microsoft.AspNetCore.Http;

namespace Cellway.KestrelBaseline;

/// <summary>The Entry: reads the id, writes a route id over it, and splices messages both ways.</summary>
internal static class BaselineEntry
{
    private const int ReadSize = 32 * 1024;
    private static readonly RouteId Route = new(new byte[RouteId.Length]);

    public static Task<int> RunAsync(string readyFile, string certificates, int corePort)
    {
        var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, corePort, token);
                return new NetworkStream(socket, ownsSocket: true);
            },
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = 1024 * 1024,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            SslOptions = new()
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificateContext = SslStreamCertificateContext.Create(BaselineHost.Certificate(certificates, "entry"), null, offline: true),
                RemoteCertificateValidationCallback = (_, leaf, _, _) => leaf is not null,
            },
        });
        var uri = new Uri($"https://core.bench.example:{corePort}/api/Tun");
        return BaselineHost.RunAsync(readyFile, BaselineHost.Certificate(certificates, "web"), clientCertificate: false, context => ServeAsync(context, http, uri));
    }

    private static async ValueTask<Preamble?> ReadPreambleAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var status = Preamble.Scan(read.Buffer, out var preamble);
            if (status == OperationStatus.Done)
            {
                input.AdvanceTo(read.Buffer.GetPosition(preamble!.Bytes.Length));
                return preamble;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (status == OperationStatus.InvalidData || read.IsCompleted || read.IsCanceled)
            {
                return null;
            }
        }
    }

    private static async Task ServeAsync(HttpContext context, HttpMessageInvoker http, Uri uri)
    {
        var input = context.Request.BodyReader;
        if (await ReadPreambleAsync(input, context.RequestAborted) is not { } preamble)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        preamble.Stamp(Route);
        using var call = await DuplexCall.OpenAsync(http, uri, context.RequestAborted);
        var up = UpAsync(input, preamble, call);
        try
        {
            if (await call.AnswerAsync(context.RequestAborted) == 0)
            {
                context.Response.ContentType = "application/grpc";
                await DownAsync(call, context.Response.BodyWriter, context.RequestAborted);
                context.Response.AppendTrailer("grpc-status", "0");
                await context.Response.CompleteAsync();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            context.Abort();
        }
        finally
        {
            input.CancelPendingRead();
            await up;
        }
    }

    private static async Task DownAsync(DuplexCall call, PipeWriter output, CancellationToken aborted)
    {
        while (true)
        {
            await call.ReadAsync(Memory<byte>.Empty, aborted);
            var block = output.GetMemory(ReadSize);
            var count = await call.ReadAsync(block, aborted);
            if (count == 0)
            {
                return;
            }

            output.Advance(count);
            if ((await output.FlushAsync(aborted)).IsCompleted)
            {
                return;
            }
        }
    }

    private static async Task UpAsync(PipeReader input, Preamble preamble, DuplexCall call)
    {
        try
        {
            await call.Uplink.WriteAsync(preamble.Bytes);
            while (true)
            {
                var read = await input.ReadAsync();
                foreach (var segment in read.Buffer)
                {
                    await call.Uplink.WriteAsync(segment);
                }

                input.AdvanceTo(read.Buffer.End);
                if (read.IsCanceled)
                {
                    return;
                }

                await call.Uplink.FlushAsync();
                if (read.IsCompleted)
                {
                    call.End();
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The other direction shows it.
        }
    }
}
