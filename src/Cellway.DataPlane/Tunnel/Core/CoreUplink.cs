using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Vless;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>Takes messages apart: first the VLESS header, then the bytes for the destination.</summary>
internal sealed class CoreUplink(PipeReader input)
{
    private readonly byte[] _early = new byte[VlessRequest.MaxLength]; // the header, and payload that came in one piece with it
    private HunkReader _hunks;
    private int _count;
    private int _headerLength;
    private bool _ended;

    /// <summary>Reads the header.</summary>
    /// <returns><see langword="null"/> when there is none and never will be.</returns>
    public async ValueTask<VlessRequest?> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var status = TakeHeader(read.Buffer, out var request, out var taken);
            input.AdvanceTo(read.Buffer.GetPosition(taken));
            if (status == OperationStatus.Done)
            {
                return request;
            }

            if (status == OperationStatus.InvalidData || read.IsCompleted)
            {
                return null;
            }
        }
    }

    /// <summary>Sends the client's bytes to the destination until one of them ends.</summary>
    /// <returns>Whether the client ended well. Never throws for what peers do.</returns>
    public async Task<bool> RunAsync(Socket destination, Session session)
    {
        try
        {
            await SendAsync(destination, _early.AsMemory(_headerLength, _count - _headerLength), session);
            while (!_ended)
            {
                var read = await input.ReadAsync(session.Stop);
                try
                {
                    if (read.IsCanceled || !await ForwardAsync(read.Buffer, destination, session))
                    {
                        return false;
                    }
                }
                finally
                {
                    input.AdvanceTo(read.Buffer.End);
                }

                _ended = read.IsCompleted;
            }

            if (!_hunks.AtBoundary)
            {
                return false;
            }

            destination.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    private OperationStatus TakeHeader(in ReadOnlySequence<byte> buffer, out VlessRequest request, out int taken)
    {
        request = default;
        taken = 0;
        foreach (var segment in buffer)
        {
            var span = segment.Span;
            while (!span.IsEmpty)
            {
                // No piece may be longer than the room that is left: what follows stays in the pipe.
                var room = span[..Math.Min(span.Length, _early.Length - _count)];
                var status = _hunks.Next(room, out var start, out var length);
                taken += start + length;
                if (status == OperationStatus.InvalidData)
                {
                    return status;
                }

                room.Slice(start, length).CopyTo(_early.AsSpan(_count));
                _count += length;
                span = span[(start + length)..];
                if (length == 0)
                {
                    continue;
                }

                var early = new ReadOnlySequence<byte>(_early, 0, _count);
                status = VlessRequest.Read(early, out request, out var consumed, out _);
                if (status != OperationStatus.NeedMoreData)
                {
                    _headerLength = (int)early.Slice(0, consumed).Length;
                    return status;
                }
            }
        }

        return OperationStatus.NeedMoreData;
    }

    private async ValueTask<bool> ForwardAsync(ReadOnlySequence<byte> buffer, Socket destination, Session session)
    {
        foreach (var segment in buffer)
        {
            var rest = segment;
            while (!rest.IsEmpty)
            {
                var status = _hunks.Next(rest.Span, out var start, out var length);
                if (status == OperationStatus.InvalidData)
                {
                    return false;
                }

                await SendAsync(destination, rest.Slice(start, length), session);
                rest = rest[(start + length)..];
            }
        }

        return true;
    }

    private static async ValueTask SendAsync(Socket destination, ReadOnlyMemory<byte> bytes, Session session)
    {
        while (!bytes.IsEmpty)
        {
            var sent = await destination.SendAsync(bytes, session.Stop);
            session.MovedUp(sent);
            bytes = bytes[sent..];
        }
    }
}
