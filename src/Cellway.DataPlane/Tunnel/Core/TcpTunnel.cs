using System.Net;
using System.Net.Sockets;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>An Entry's stream joined to a destination's socket.</summary>
internal sealed class TcpTunnel : StreamHandler
{
    // What a client may still be sending when the destination has ended (wire.md 1.8).
    private static readonly TimeSpan s_uplinkOnly = TimeSpan.FromSeconds(1);

    private readonly CoreTunnels _tunnels;
    private readonly Session _session;
    private readonly DeviceUse _device;
    private readonly TcpUplink _uplink;
    private readonly TcpDownlink _downlink = new();
    private readonly Func<Socket, Task> _pump;
    private Socket? _socket;
    private volatile bool _downEnded;
    private bool _counted; // as one of the device's sessions
    private int _over;

    /// <param name="tunnels">What all of them share.</param>
    /// <param name="session">The session; disposed of at the end.</param>
    /// <param name="device">Whose limits it keeps.</param>
    /// <param name="headerLength">Bytes of payload that are the VLESS header.</param>
    public TcpTunnel(CoreTunnels tunnels, Session session, DeviceUse device, int headerLength)
    {
        (_tunnels, _session, _device) = (tunnels, session, device);
        _uplink = new(headerLength, session, device, tunnels.Options.HalfCloseTimeout);
        _pump = PumpAsync;
    }

    /// <summary>Answers, takes the bytes that came with the header, and dials.</summary>
    public void Begin(EndPoint target, ReadOnlySpan<byte> raw)
    {
        Stream.SendHeaders(TunnelBlocks.Ok); // the Entry waits for it; the client does not
        _counted = _device.TryOpen();
        if (!_counted)
        {
            _tunnels.Metrics.Opened(TimeSpan.Zero, "limited");
            EndDownlink(TcpDownlink.SendHeaderAlone);
            Finish();
            return;
        }

        _session.Stop.UnsafeRegister(static tunnel => ((TcpTunnel)tunnel!).Cut(), this);
        OnData(raw);
        _ = RunAsync(target);
    }

    public override void OnData(ReadOnlySpan<byte> data)
    {
        if (!_uplink.Receive(Stream, data, _pump))
        {
            Fail();
        }
    }

    public override void OnEnd()
    {
        if (!_uplink.End())
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
            var socket = await _tunnels.DialAsync(target, _session.Stop);
            if (socket is null)
            {
                EndDownlink(TcpDownlink.SendHeaderAlone);
                Finish();
                return;
            }

            Volatile.Write(ref _socket, socket);
            if (!_uplink.Connect(socket, _pump))
            {
                socket.Dispose();
                return;
            }

            if (!await _downlink.RunAsync(socket, Stream, _session, _device))
            {
                Fail();
                return;
            }

            EndDownlink(_downlink.SendHeaderIfNone);
            if (!_uplink.IsBusy)
            {
                Finish();
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            Fail();
        }
        catch (Exception e)
        {
            CoreLog.Unexpected(_tunnels.Logger, e);
            Fail();
        }
    }

    private async Task PumpAsync(Socket socket)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // leave the uplink's lock first
        try
        {
            await _uplink.PumpAsync(Stream, socket, Drained);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Fail();
        }
    }

    private void Drained()
    {
        if (_downEnded)
        {
            Finish();
        }
    }

    private void EndDownlink(Action<Http2Stream> sendHeader)
    {
        _session.LimitSilence(s_uplinkOnly); // for what may still be waiting to leave
        _downEnded = true;
        using var turn = Turn.Begin();
        sendHeader(Stream);
        Stream.SendTrailers(TunnelBlocks.Trailers);
    }

    private void Cut()
    {
        if (Volatile.Read(ref _over) == 0) // after the end the stream may still be sending what is queued
        {
            Fail();
        }
    }

    private void Fail()
    {
        if (!_downEnded)
        {
            Stream.Reset(Http2ErrorCode.Cancel);
        }

        Finish();
    }

    private void Finish()
    {
        if (Interlocked.Exchange(ref _over, 1) != 0)
        {
            return;
        }

        _uplink.Close();
        if (_counted)
        {
            _device.Close();
        }

        Volatile.Read(ref _socket)?.Dispose();
        _session.Cut(); // a dial that is still going on
        _session.Dispose();
        _downlink.Wake();
    }
}
