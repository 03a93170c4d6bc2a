using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Flow;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>An Entry's stream joined to a destination's socket.</summary>
/// <remarks>
/// Uplink: what the socket takes at once goes there from the reader's own buffer; the rest waits in pooled blocks, at most a
/// window of it, and is credited as it leaves. Downlink: <see cref="TcpDownlink"/>.
/// </remarks>
internal sealed class TcpTunnel(CoreTunnels tunnels, Session session, int headerLength) : StreamHandler
{
    private const int GatherSize = 64 * 1024;

    // What a client may still be sending when the destination has ended (wire.md 1.8).
    private static readonly TimeSpan s_uplinkOnly = TimeSpan.FromSeconds(1);

    [ThreadStatic]
    private static byte[]? t_gather;

    private readonly Lock _gate = new();
    private readonly AutoResetSignal _work = new();
    private readonly TcpDownlink _downlink = new();
    private HunkReader _hunks;
    private PendingData _pending;
    private Socket? _socket;
    private int _toSkip = headerLength;
    private int _credit; // received, and not payload that waits
    private bool _pumping; // an uplink loop runs; it alone sends and drops what is pending
    private bool _idle; // that loop has nothing to do
    private bool _ended;
    private bool _downEnded;
    private volatile bool _over;

    /// <summary>Answers, takes the bytes that came with the header, and dials.</summary>
    public void Begin(EndPoint target, ReadOnlySpan<byte> raw)
    {
        Stream.SendHeaders(TunnelBlocks.Ok); // the Entry waits for it; the client does not
        session.Stop.UnsafeRegister(static tunnel => ((TcpTunnel)tunnel!).Cut(), this);
        OnData(raw);
        _ = RunAsync(target);
    }

    public override void OnData(ReadOnlySpan<byte> data)
    {
        var sent = 0;
        var credit = 0;
        bool well, wake;
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            var direct = _socket is not null && _pending.Length == 0;
            well = Take(data, direct, ref sent);
            if (direct)
            {
                (credit, _credit) = (_credit, 0);
            }

            wake = direct && _pending.Length > 0 && WakeLocked();
        }

        Moved(sent, credit);
        if (!well)
        {
            Fail();
        }
        else if (wake)
        {
            Pump();
        }
    }

    public override void OnEnd()
    {
        bool broken;
        lock (_gate)
        {
            _ended = true;
            broken = !_hunks.AtBoundary;
            if (!broken && _socket is not null && _pending.Length == 0)
            {
                EndUplinkLocked();
            }
        }

        if (broken)
        {
            Fail();
        }
    }

    public override void OnReset(Http2ErrorCode code) => Finish();

    public override void OnWritable() => _downlink.Wake();

    private async Task RunAsync(EndPoint target)
    {
        try
        {
            var socket = await tunnels.DialAsync(target, session.Stop);
            if (socket is null)
            {
                EndDownlink(TcpDownlink.SendHeaderAlone);
                return;
            }

            if (Connected(socket))
            {
                Pump();
            }

            if (await _downlink.RunAsync(socket, Stream, session))
            {
                EndDownlink(_downlink.SendHeaderIfNone);
            }
            else
            {
                Fail();
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            Fail();
        }
        catch (Exception e)
        {
            CoreLog.Unexpected(tunnels.Logger, e);
            Fail();
        }
    }

    private bool Connected(Socket socket)
    {
        lock (_gate)
        {
            if (_over)
            {
                socket.Dispose();
                throw new OperationCanceledException();
            }

            socket.NoDelay = true;
            socket.Blocking = false;
            _socket = socket;
            if (_pending.Length > 0)
            {
                return WakeLocked();
            }

            if (_ended)
            {
                EndUplinkLocked();
            }

            return false;
        }
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
            if (status == OperationStatus.InvalidData)
            {
                return false;
            }

            var piece = data.Slice(start, length);
            data = data[(start + length)..];
            var skipped = Math.Min(_toSkip, piece.Length);
            _toSkip -= skipped;
            piece = piece[skipped..];
            if (piece.IsEmpty)
            {
                continue;
            }

            if (direct && gathered == 0 && data.IsEmpty)
            {
                Send(piece, ref sent); // one piece: not even a copy
            }
            else if (direct)
            {
                if (gathered + piece.Length > gather.Length)
                {
                    Send(gather[..gathered], ref sent);
                    gathered = 0;
                }

                if (piece.Length > gather.Length)
                {
                    Send(piece, ref sent);
                    continue;
                }

                piece.CopyTo(gather[gathered..]);
                gathered += piece.Length;
            }
            else
            {
                Wait(piece);
            }
        }

        if (gathered > 0)
        {
            Send(gather[..gathered], ref sent);
        }

        return true;
    }

    private void Send(ReadOnlySpan<byte> payload, ref int sent)
    {
        if (_pending.Length == 0)
        {
            var count = _socket!.Send(payload, SocketFlags.None, out var error);
            if (error == SocketError.Success)
            {
                sent += count;
                payload = payload[count..];
            }
        }

        Wait(payload); // an error shows again there
    }

    private void Wait(ReadOnlySpan<byte> payload)
    {
        _credit -= payload.Length;
        _pending.Add(payload);
    }

    private bool WakeLocked()
    {
        if (_idle)
        {
            _idle = false;
            return true;
        }

        return !_pumping;
    }

    private void Pump()
    {
        bool start;
        lock (_gate)
        {
            start = !_pumping;
            _pumping = true;
        }

        if (start)
        {
            _ = PumpAsync();
        }
        else
        {
            _work.Set();
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> next;
                lock (_gate)
                {
                    next = _over ? throw new OperationCanceledException() : _pending.FirstMemory;
                    if (next.IsEmpty)
                    {
                        _idle = true;
                        if (_ended)
                        {
                            EndUplinkLocked();
                        }
                    }
                }

                if (next.IsEmpty)
                {
                    if (_downEnded)
                    {
                        Finish();
                    }

                    await _work.WaitAsync();
                    continue;
                }

                var sent = await _socket!.SendAsync(next, SocketFlags.None, session.Stop);
                int credit;
                lock (_gate)
                {
                    _pending.Advance(sent);
                    credit = sent + _credit;
                    _credit = 0;
                }

                Moved(sent, credit);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            lock (_gate)
            {
                _pending.Clear();
            }

            Fail();
        }
    }

    private void Moved(int sent, int credit)
    {
        if (sent > 0)
        {
            session.MovedUp(sent);
        }

        if (credit > 0)
        {
            Stream.Credit(credit);
        }
    }

    private void EndUplinkLocked()
    {
        try
        {
            _socket!.Shutdown(SocketShutdown.Send);
            session.LimitSilence(tunnels.Options.HalfCloseTimeout);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The downlink shows what happened.
        }
    }

    private void EndDownlink(Action<Http2Stream> sendHeader)
    {
        using (Turn.Begin())
        {
            sendHeader(Stream);
            Stream.SendTrailers(TunnelBlocks.Trailers);
        }

        lock (_gate)
        {
            _downEnded = true;
            if (_pumping && !_idle && !_over)
            {
                session.LimitSilence(s_uplinkOnly);
                return; // what waits may still leave
            }
        }

        Finish();
    }

    private void Cut()
    {
        if (!_over) // after the end the stream may still be sending what is queued
        {
            Fail();
        }
    }

    private void Fail()
    {
        Stream.Reset(Http2ErrorCode.Cancel);
        Finish();
    }

    private void Finish()
    {
        bool wake;
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            _over = true;
            wake = _pumping;
            if (!_pumping)
            {
                _pending.Clear();
            }
        }

        _socket?.Dispose();
        session.Cut(); // a dial that is still going on
        session.Dispose();
        _downlink.Wake();
        if (wake)
        {
            _work.Set();
        }
    }
}
