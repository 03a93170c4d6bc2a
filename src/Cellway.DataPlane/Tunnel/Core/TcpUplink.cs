using System.Net.Sockets;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Flow;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>Carries a stream's messages to a destination: what the socket takes at once from the reader's own buffer, the rest from pooled blocks.</summary>
/// <remarks>What waits is at most the stream's window; it is credited as it leaves. One loop sends it, made when the socket first is full.</remarks>
/// <param name="headerLength">Bytes of payload that are the VLESS header.</param>
/// <param name="session">What counts the bytes.</param>
/// <param name="device">What limits their rate. A limited device's bytes all take the loop: the reader cannot wait.</param>
/// <param name="halfCloseTimeout">How long the destination may be silent after the client's end.</param>
internal sealed class TcpUplink(int headerLength, Session session, DeviceUse device, TimeSpan halfCloseTimeout)
{
    private const int GatherSize = 64 * 1024;

    [ThreadStatic]
    private static byte[]? t_gather;

    private readonly Lock _gate = new();
    private readonly AutoResetSignal _work = new();
    private HunkReader _hunks;
    private PendingData _pending;
    private Socket? _socket;
    private int _toSkip = headerLength;
    private int _credit; // received, and not payload that waits
    private Task? _pump; // it alone sends and drops what is pending
    private bool _ended;
    private bool _over;

    /// <summary>Whether bytes still wait for the destination.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _pending.Length > 0 && !_over;
            }
        }
    }

    /// <summary>The stream's bytes.</summary>
    /// <returns>Whether they are messages.</returns>
    public bool Receive(Http2Stream stream, ReadOnlySpan<byte> data, Func<Socket, Task> pump)
    {
        var sent = 0;
        var credit = 0;
        bool well;
        lock (_gate)
        {
            if (_over)
            {
                return true;
            }

            var direct = _socket is not null && _pending.Length == 0 && !device.IsPaced;
            well = Take(data, direct, ref sent);
            if (direct)
            {
                (credit, _credit) = (_credit, 0);
            }
        }

        Moved(stream, sent, credit);
        Pump(pump);
        return well;
    }

    /// <summary>The stream's end.</summary>
    /// <returns>Whether it is one: between messages.</returns>
    public bool End()
    {
        lock (_gate)
        {
            _ended = true;
            if (_socket is not null && _pending.Length == 0 && !_over)
            {
                ShutdownLocked();
            }

            return _hunks.AtBoundary;
        }
    }

    /// <summary>The destination is there.</summary>
    /// <returns>Whether it is still wanted.</returns>
    public bool Connect(Socket socket, Func<Socket, Task> pump)
    {
        lock (_gate)
        {
            if (_over)
            {
                return false;
            }

            socket.NoDelay = true;
            socket.Blocking = false;
            _socket = socket;
            if (_pending.Length == 0 && _ended)
            {
                ShutdownLocked();
            }
        }

        Pump(pump);
        return true;
    }

    /// <summary>Sends what waits, until <see cref="Close"/>.</summary>
    /// <param name="stream">Whose bytes they are.</param>
    /// <param name="socket">The destination.</param>
    /// <param name="drained">Called when nothing waits any more.</param>
    /// <exception cref="SocketException">The destination takes no more.</exception>
    /// <exception cref="OperationCanceledException">The session is over.</exception>
    public async Task PumpAsync(Http2Stream stream, Socket socket, Action drained)
    {
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> next;
                lock (_gate)
                {
                    if (_over)
                    {
                        return;
                    }

                    next = _pending.FirstMemory;
                    if (next.IsEmpty && _ended)
                    {
                        ShutdownLocked();
                    }
                }

                if (next.IsEmpty)
                {
                    drained();
                    await _work.WaitAsync();
                    continue;
                }

                var sent = await socket.SendAsync(next, SocketFlags.None);
                await device.PaceUpAsync(sent, session.Stop);
                int credit;
                lock (_gate)
                {
                    _pending.Advance(sent);
                    credit = sent + _credit;
                    _credit = 0;
                }

                Moved(stream, sent, credit);
            }
        }
        finally
        {
            lock (_gate)
            {
                _over = true;
                _pending.Clear();
            }
        }
    }

    /// <summary>Drops what waits.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _over = true;
            if (_pump is null)
            {
                _pending.Clear();
            }
        }

        _work.Set();
    }

    // Payload straight into the socket, or behind what waits. False: these are no messages.
    private bool Take(ReadOnlySpan<byte> data, bool direct, ref int sent)
    {
        _credit += data.Length;
        Span<byte> gather = direct ? t_gather ??= GC.AllocateUninitializedArray<byte>(GatherSize) : default;
        var gathered = 0;
        while (!data.IsEmpty)
        {
            var status = _hunks.Next(data, out var start, out var length);
            if (status == System.Buffers.OperationStatus.InvalidData)
            {
                return false;
            }

            var piece = data.Slice(start, length);
            data = data[(start + length)..];
            var skipped = Math.Min(_toSkip, piece.Length);
            _toSkip -= skipped;
            piece = piece[skipped..];
            if (gathered + piece.Length > gather.Length || (gathered == 0 && data.IsEmpty))
            {
                Send(gather[..gathered], direct, ref sent); // a piece alone needs no copy
                Send(piece, direct, ref sent);
                gathered = 0;
            }
            else
            {
                piece.CopyTo(gather[gathered..]);
                gathered += piece.Length;
            }
        }

        Send(gather[..gathered], direct, ref sent);
        return true;
    }

    private void Send(ReadOnlySpan<byte> payload, bool direct, ref int sent)
    {
        if (direct && _pending.Length == 0 && !payload.IsEmpty)
        {
            var count = _socket!.Send(payload, SocketFlags.None, out var error);
            if (error == SocketError.Success)
            {
                sent += count;
                payload = payload[count..];
            }
        }

        _credit -= payload.Length;
        _pending.Add(payload); // an error shows again when that is sent
    }

    private void Pump(Func<Socket, Task> pump)
    {
        lock (_gate)
        {
            if (_socket is null || _pending.Length == 0 || _over)
            {
                return;
            }

            if (_pump is null)
            {
                _pump = pump(_socket);
                return;
            }
        }

        _work.Set();
    }

    private void Moved(Http2Stream stream, int sent, int credit)
    {
        if (sent > 0)
        {
            session.MovedUp(sent);
        }

        if (credit > 0)
        {
            stream.Credit(credit);
        }
    }

    private void ShutdownLocked()
    {
        try
        {
            _socket!.Shutdown(SocketShutdown.Send);
            session.LimitSilence(halfCloseTimeout);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The downlink shows what happened.
        }
    }
}
