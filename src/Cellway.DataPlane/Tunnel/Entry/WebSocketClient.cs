using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Vless;
using Cellway.DataPlane.WebSocket;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>A client that speaks bare VLESS over a WebSocket: its bytes are put into messages on the way in, and taken out of them on the way out.</summary>
/// <remarks>
/// <code>
///  client ══ frames ══▶ WebSocketUplink ── a message per piece ──▶ handler (EntryOpening, then EntrySplice)
///  client ◀═ frames ══ WebSocketSender ◀── payload of messages ── SendData
/// </code>
/// A client whose early data holds its id gets its 101 when the network knows the id, else the site's answer. Without early
/// data the 101 comes first by design (wire.md 7.4), and who then proves nothing is cut.
/// A WebSocket has one end for both directions. A close frame of the client ends both directions (wire.md 4.4): what it had sent still goes through.
/// </remarks>
internal sealed class WebSocketClient : IClientSide, IHttp1Takeover
{
    // v2ray takes any end of a WebSocket for an error, and drops what the application has not read yet of the last bytes. Its
    // own servers close seconds after those (the policy's uplinkOnly), and so do we.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    // For a client that does not read our last bytes, or does not answer our close frame: 30 s.
    private const int Patience = 15;

    private readonly WebSocketUpgrade _upgrade;
    private readonly EntryTunnels _tunnels;
    private readonly EntryOpening _opening;
    private readonly WebSocketSender _sender = new(Http2Options.NginxServer.Budget);
    private readonly WebSocketUplink _uplink;

    // True: answer with 101.
    private readonly TaskCompletionSource<bool> _decision = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HunkReader _messages; // Core's reader only
    private int _overhead; // what came with the messages since their last payload; Core's reader only
    private Http2Transport? _transport;
    private ITimer? _ending;
    private long _written; // when the ending was last looked at
    private int _pauses; // since then
    private int _reset;
    private volatile bool _closed;

    public WebSocketClient(EntryTunnels tunnels, WebSocketUpgrade upgrade, string path, IPAddress from)
    {
        (_tunnels, _upgrade, Path, From) = (tunnels, upgrade, path, from);
        _opening = new(tunnels, this);
        _uplink = new(_opening, _sender);
    }

    public IPAddress From { get; }

    public bool IsClosed => _closed;

    /// <summary>Decides whether the client gets its 101.</summary>
    public Task<bool> OpenAsync()
    {
        _opening.Start();
        _uplink.Receive(_upgrade.EarlyData.Span);
        if (_upgrade.EarlyData.Length < VlessRequest.IdEnd)
        {
            _decision.TrySetResult(true); // unless what there is was wrong
        }

        return _decision.Task;
    }

    /// <summary>Runs the tunnel.</summary>
    public async Task<CloseKind> RunAsync(Http1Transport transport, ReadOnlyMemory<byte> received)
    {
        var wire = new Http2Transport(transport.Stream, transport.Bulk);
        Interlocked.Exchange(ref _transport, wire);
        var sending = Task.FromResult(false);
        var clean = false;
        try
        {
            if (_reset == 0)
            {
                await wire.WriteAsync(_upgrade.Head);
                await wire.FlushAsync();
                sending = SendAsync(wire);
                await _uplink.RunAsync(wire, received);
                _closed = true; // by the client's close frame: nothing that we send is wanted any more
                BeginEnding();
                clean = await sending;
            }
        }
        catch (Exception e)
        {
            if (!IsOfTheConnection(e))
            {
                EntryLog.Unexpected(_tunnels.Logger, e);
            }

            Lose();
        }
        finally
        {
            _closed = true;
            if (!clean)
            {
                wire.Dispose();
            }

            _sender.Stop();
            await sending;
            await (_ending?.DisposeAsync() ?? default);
        }

        return clean ? CloseKind.Notify : CloseKind.Silent;
    }

    public string Path { get; }

    public void Recognize() => _decision.TrySetResult(true);

    public void Accept(StreamHandler splice) => _uplink.Accept(splice);

    public void Refuse(bool atHead)
    {
        if (!_decision.TrySetResult(false))
        {
            Reset(Http2ErrorCode.Cancel);
        }
    }

    public void SendHead()
    {
        // the 101 was it
    }

    public bool SendData(ReadOnlySpan<byte> messages)
    {
        while (!_closed && _messages.Next(messages, out var start, out var length) == OperationStatus.Done)
        {
            if (!_sender.TrySend(messages.Slice(start, length), _overhead + start + length))
            {
                return Fail();
            }

            _overhead = 0;
            messages = messages[(start + length)..];
        }

        _overhead += messages.Length;
        return !_closed && (_messages.IsSound || Fail());
    }

    public void SendEnd()
    {
        if (!_messages.AtBoundary)
        {
            Fail(); // half a message is no clean end
        }
        else if (!_closed)
        {
            BeginEnding();
        }
    }

    public void Reset(Http2ErrorCode code)
    {
        _closed = true;
        Interlocked.Exchange(ref _reset, 1);
        _decision.TrySetResult(true); // there is nobody to answer
        _transport?.Dispose();
        _uplink.Stop();
        _sender.Stop();
    }

    public void Credit(int bytes) => _uplink.Credit(bytes);

    private static bool IsOfTheConnection(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or OperationCanceledException;

    private bool Fail()
    {
        Reset(Http2ErrorCode.Cancel);
        return false;
    }

    private void Lose()
    {
        if (Interlocked.Exchange(ref _reset, 1) == 0)
        {
            _closed = true;
            _uplink.Handler.OnReset(Http2ErrorCode.ConnectionLost);
        }
    }

    /// <returns>Whether our close frame is out.</returns>
    private async Task<bool> SendAsync(Http2Transport wire)
    {
        try
        {
            var ended = await _sender.RunAsync(wire, bytes =>
            {
                using var turn = Turn.Begin();
                _uplink.Handler.OnSent(bytes);
            });
            if (ended)
            {
                _closed = true;
                _uplink.Handler.OnSent(0); // and that was all
            }

            return ended;
        }
        catch (Exception e) when (IsOfTheConnection(e))
        {
            wire.Dispose(); // the uplink, if it still runs, tells who must know
            return false;
        }
    }

    private void BeginEnding()
    {
        _written = _sender.Written;
        var timer = _tunnels.Time.CreateTimer(static client => ((WebSocketClient)client!).CheckEnding(), this, s_pause, s_pause);
        Interlocked.Exchange(ref _ending, timer)?.Dispose();
    }

    private void CheckEnding()
    {
        if (_sender.Written != _written)
        {
            (_written, _pauses) = (_sender.Written, 0);
        }
        else if (_sender.IsIdle)
        {
            _sender.Close([0x03, 0xe8]); // 1000, a normal end
        }
        else if (++_pauses == Patience)
        {
            _transport?.Dispose();
        }
    }
}
