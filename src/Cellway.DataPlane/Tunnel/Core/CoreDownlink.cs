using System.IO.Pipelines;
using System.Net.Sockets;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>Wraps the destination's bytes into messages, the first of them with the VLESS response header in front (wire.md 1.7).</summary>
internal static class CoreDownlink
{
    private const int ResponseHeader = 2; // version 0, no addons
    private const int BlockSize = 16 * 1024;

    /// <summary>Runs until the destination ends.</summary>
    /// <returns>Whether it ended well. Never throws for what peers do.</returns>
    public static async Task<bool> RunAsync(Socket destination, PipeWriter output, Session session, DeviceUse device)
    {
        var head = ResponseHeader;
        try
        {
            while (true)
            {
                await destination.ReceiveAsync(Memory<byte>.Empty, session.Stop); // waits without holding a block
                var block = output.GetMemory(BlockSize);
                var offset = HunkHeader.LengthFor(Math.Clamp(destination.Available + head, 1, HunkHeader.MaxData));
                var room = Math.Min(block.Length - HunkHeader.MaxLength, HunkHeader.MaxData) - head;
                var count = await destination.ReceiveAsync(block.Slice(offset + head, room), session.Stop);
                if (count == 0)
                {
                    if (head > 0)
                    {
                        WriteHeaderAlone(output);
                    }

                    return true;
                }

                block.Span.Slice(offset, head).Clear();
                output.Advance(HunkHeader.Prepend(block.Span, offset, head + count));
                session.MovedDown(count);
                head = 0;
                var flush = await output.FlushAsync(session.Stop);
                if (flush.IsCompleted || flush.IsCanceled)
                {
                    return false;
                }

                await device.PaceDownAsync(count, session.Stop);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>What a client gets when there will be no bytes: a response header, so that the end is a clean one.</summary>
    public static void WriteHeaderAlone(PipeWriter output)
    {
        var block = output.GetMemory(HunkHeader.MaxLength + ResponseHeader).Span;
        var offset = HunkHeader.LengthFor(ResponseHeader);
        block.Slice(offset, ResponseHeader).Clear();
        output.Advance(HunkHeader.Prepend(block, offset, ResponseHeader));
    }
}
