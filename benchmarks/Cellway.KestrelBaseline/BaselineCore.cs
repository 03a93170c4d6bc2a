using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Cellway.DataPlane.Tunnel;
using Cellway.DataPlane.Vless;
using Microsoft.AspNetCore.Http;

namespace Cellway.KestrelBaseline;

/// <summary>The Core: takes messages apart, dials, and wraps what comes back.</summary>
internal static class BaselineCore
{
    private const int BlockSize = 32 * 1024;

    public static Task<int> RunAsync(string readyFile, string certificates) =>
        BaselineHost.RunAsync(readyFile, BaselineHost.Certificate(certificates, "core"), clientCertificate: true, ServeAsync);

    private static async Task ServeAsync(HttpContext context)
    {
        var input = context.Request.BodyReader;
        var uplink = new Uplink(input);
        if (await uplink.ReadHeaderAsync(context.RequestAborted) is not { } endpoint)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "application/grpc";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endpoint, context.RequestAborted);
        var up = uplink.RunAsync(socket);
        try
        {
            await DownAsync(socket, context.Response.BodyWriter, context.RequestAborted);
            context.Response.AppendTrailer("grpc-status", "0");
            await context.Response.CompleteAsync();
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            context.Abort();
        }
        finally
        {
            input.CancelPendingRead();
            await up;
        }
    }

    private static async Task DownAsync(Socket socket, PipeWriter output, CancellationToken aborted)
    {
        var head = 2; // the VLESS response header in front of the first bytes
        while (true)
        {
            await socket.ReceiveAsync(Memory<byte>.Empty, aborted);
            var block = output.GetMemory(BlockSize);
            var offset = HunkHeader.LengthFor(Math.Clamp(socket.Available + head, 1, HunkHeader.MaxData));
            var room = Math.Min(block.Length - HunkHeader.MaxLength, HunkHeader.MaxData) - head;
            var count = await socket.ReceiveAsync(block.Slice(offset + head, room), aborted);
            if (count == 0)
            {
                return;
            }

            block.Span.Slice(offset, head).Clear();
            output.Advance(HunkHeader.Prepend(block.Span, offset, head + count));
            head = 0;
            if ((await output.FlushAsync(aborted)).IsCompleted)
            {
                return;
            }
        }
    }

    private sealed class Uplink(PipeReader input)
    {
        private readonly byte[] _early = new byte[VlessRequest.MaxLength];
        private HunkReader _hunks;
        private int _count;
        private int _header;

        public async Task<IPEndPoint?> ReadHeaderAsync(CancellationToken aborted)
        {
            while (true)
            {
                var read = await input.ReadAsync(aborted);
                var taken = 0;
                foreach (var segment in read.Buffer)
                {
                    var span = segment.Span;
                    while (!span.IsEmpty && _header == 0)
                    {
                        var room = span[..Math.Min(span.Length, _early.Length - _count)];
                        if (_hunks.Next(room, out var start, out var length) == OperationStatus.InvalidData)
                        {
                            return null;
                        }

                        taken += start + length;
                        room.Slice(start, length).CopyTo(_early.AsSpan(_count));
                        _count += length;
                        span = span[(start + length)..];
                        if (length > 0 && VlessRequest.Read(new(_early, 0, _count), out var request, out var consumed, out _) == OperationStatus.Done)
                        {
                            _header = consumed.GetInteger();
                            input.AdvanceTo(read.Buffer.GetPosition(taken));
                            return request.Target as IPEndPoint;
                        }
                    }
                }

                input.AdvanceTo(read.Buffer.GetPosition(taken));
                if (read.IsCompleted)
                {
                    return null;
                }
            }
        }

        public async Task RunAsync(Socket socket)
        {
            try
            {
                await SendAsync(socket, _early.AsMemory(_header, _count - _header));
                while (true)
                {
                    var read = await input.ReadAsync();
                    foreach (var segment in read.Buffer)
                    {
                        for (var rest = segment; !rest.IsEmpty;)
                        {
                            _hunks.Next(rest.Span, out var start, out var length);
                            await SendAsync(socket, rest.Slice(start, length));
                            rest = rest[(start + length)..];
                        }
                    }

                    input.AdvanceTo(read.Buffer.End);
                    if (read.IsCompleted || read.IsCanceled)
                    {
                        socket.Shutdown(SocketShutdown.Send);
                        return;
                    }
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The other direction shows it.
            }
        }

        private static async ValueTask SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes)..];
            }
        }
    }
}
