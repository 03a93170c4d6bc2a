using System.Net.Sockets;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>Carries a destination's bytes to a stream, as messages, the first of them with the VLESS response header (wire.md 1.7).</summary>
/// <remarks>
/// A receive without a buffer waits; then as much is received into the thread's scratch as the stream may send now. Nothing
/// is held between turns.
/// </remarks>
internal sealed class TcpDownlink
{
    private const int ResponseHeader = 2; // version 0, no addons
    private const int TurnBudget = 128 * 1024; // then a write, while the socket fills
    private const int YieldAfter = 1 << 18; // one fast destination may not keep the thread from the others

    [ThreadStatic]
    private static byte[]? t_scratch;

    private readonly AutoResetSignal _writable = new();
    private int _head = ResponseHeader;

    private enum Need : byte
    {
        Data,
        Window,
        Turn,
        End,
        Lost,
    }

    /// <summary>What a client gets when there will be no bytes: a response header, so that the end is a clean one.</summary>
    public static void SendHeaderAlone(Http2Stream stream)
    {
        Span<byte> message = stackalloc byte[HunkHeader.MaxLength + ResponseHeader];
        var offset = HunkHeader.Write(message, ResponseHeader);
        message.Slice(offset, ResponseHeader).Clear();
        stream.SendData(message[..(offset + ResponseHeader)]);
    }

    /// <summary>The response header, unless it went out with the first bytes.</summary>
    public void SendHeaderIfNone(Http2Stream stream)
    {
        if (_head > 0)
        {
            SendHeaderAlone(stream);
        }
    }

    /// <summary>There may be window again, or the stream is over.</summary>
    public void Wake() => _writable.Set();

    /// <summary>Runs until the destination ends.</summary>
    /// <returns>Whether it ended well.</returns>
    /// <exception cref="SocketException">It broke off.</exception>
    /// <exception cref="OperationCanceledException">The session is over.</exception>
    public async Task<bool> RunAsync(Socket socket, Http2Stream stream, Session session, DeviceUse device)
    {
        var moved = 0;
        while (true)
        {
            var before = moved;
            var need = Receive(socket, stream, session, ref moved);
            if (moved > before)
            {
                await device.PaceDownAsync(moved - before, session.Stop);
            }

            switch (need)
            {
                case Need.Data:
                    moved = 0;
                    await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                    break;
                case Need.Window:
                    moved = 0;
                    await _writable.WaitAsync();
                    break;
                case Need.Turn when moved >= YieldAfter:
                    moved = 0;
                    await Task.Yield();
                    break;
                case Need.End:
                    return true;
                case Need.Lost:
                    return false;
            }
        }
    }

    private Need Receive(Socket socket, Http2Stream stream, Session session, ref int moved)
    {
        using var turn = Turn.Begin();
        var scratch = t_scratch ??= GC.AllocateUninitializedArray<byte>(HunkHeader.MaxData, pinned: true);
        Span<byte> prefix = stackalloc byte[HunkHeader.MaxLength + ResponseHeader];
        for (var left = TurnBudget; left > 0;)
        {
            var quota = stream.SendQuota();
            if (quota <= 0)
            {
                return quota == 0 ? Need.Window : Need.Lost;
            }

            var count = socket.Receive(scratch.AsSpan(0, Math.Min(quota, HunkHeader.MaxData - _head)), SocketFlags.None, out var error);
            if (error != SocketError.Success || count == 0)
            {
                return error == SocketError.WouldBlock ? Need.Data : error == SocketError.Success ? Need.End : Need.Lost;
            }

            var length = HunkHeader.Write(prefix, count + _head);
            prefix.Slice(length, _head).Clear();
            session.MovedDown(count); // before they are on their way
            stream.SendData(prefix[..(length + _head)], scratch.AsSpan(0, count));
            _head = 0;
            moved += count;
            left -= count;
        }

        return Need.Turn;
    }
}
