using System.Buffers;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>A client's stream until a Core takes it.</summary>
/// <remarks>
/// <code>
/// client                                 Entry                                  Core
///   1  messages, until the id is there ──▶
///   2                                    resolve(hash of the id)
///   3                                    open, id := route id  ────────────────▶
///   4                                    ◀──────────────────────────────────── 200, or the next route
///   5  ◀──────────────────────────────── 200 with the first message
///   6  ◀════════ messages as they are, both ways (EntrySplice) ═══════════════▶
/// </code>
/// Nothing is answered before step 4, so whatever fails until then, the site answers. Nothing is credited either, so what must
/// be kept for the next route is never more than the window that strangers get. Sends under the gate are inside a
/// <see cref="Turn"/>: a flush could run another stream's callbacks, which take that one's gate.
/// </remarks>
internal sealed class EntryOpening(EntryTunnels tunnels, Http1Peer peer, TunnelCandidate candidate) : StreamHandler
{
    // Empty messages and unknown fields before the id are legal; nobody sends kilobytes of them.
    private const int MaxBeforeId = 16 * 1024;
    private const int TunnelWindow = 1 << 20;
    private const int MaxTriesPerRoute = 3;

    private readonly Lock _gate = new();
    private byte[]? _kept;
    private int _length;
    private Preamble? _preamble;
    private RouteLease? _lease;
    private CoreStream? _core; // the one that is being tried
    private TaskCompletionSource<string>? _answer;
    private EntrySplice? _splice;
    private string _coreId = "";
    private int _sentEarly; // what the Core's connection has taken of the bytes that are kept
    private long _since;
    private bool _opened; // the Core's stream is there, and has what was kept
    private bool _ended;
    private bool _over;

    public override void OnHeaders(HeaderList headers, bool endStream)
    {
        _since = tunnels.Time.GetTimestamp();
        if (endStream)
        {
            Refuse(); // no body, no tunnel
        }
        else
        {
            tunnels.Add(this);
        }
    }

    public override void OnData(ReadOnlySpan<byte> data)
    {
        EntrySplice? splice;
        var status = OperationStatus.NeedMoreData;
        lock (_gate)
        {
            splice = _splice;
            if (splice is null && !_over)
            {
                Keep(data);
                if (_preamble is null)
                {
                    status = Preamble.Scan(new(_kept!, 0, _length), out _preamble);
                    status = status == OperationStatus.NeedMoreData && _length > MaxBeforeId ? OperationStatus.InvalidData : status;
                }
                else if (_opened)
                {
                    _core!.Stream.SendData(data);
                }
            }
        }

        splice?.OnData(data); // taken a moment ago, on another thread
        if (status == OperationStatus.Done)
        {
            _ = RunAsync();
        }
        else if (status == OperationStatus.InvalidData)
        {
            Refuse();
        }
    }

    public override void OnEnd()
    {
        EntrySplice? splice;
        bool early;
        lock (_gate)
        {
            splice = _splice;
            _ended = true;
            early = _preamble is null;
            if (_opened && splice is null && !_over)
            {
                _core!.Stream.SendEnd();
            }
        }

        splice?.OnEnd();
        if (early)
        {
            Refuse();
        }
    }

    public override void OnReset(Http2ErrorCode code)
    {
        if (Close() is { } splice)
        {
            splice.OnReset(code);
        }
    }

    /// <summary>Acts on what took too long; called by the sweep.</summary>
    public void CheckTime()
    {
        TaskCompletionSource<string>? answer = null;
        bool late;
        lock (_gate)
        {
            var elapsed = tunnels.Time.GetElapsedTime(_since);
            late = _preamble is null && elapsed >= tunnels.Options.HeaderTimeout;
            if (_opened && elapsed >= tunnels.Options.OpenTimeout)
            {
                answer = _answer;
            }
        }

        if (late)
        {
            Refuse();
        }

        answer?.TrySetResult("timeout");
    }

    /// <summary>The Core took the tunnel.</summary>
    /// <returns>Who goes on with it; <see langword="null"/> when nobody wants it any more.</returns>
    public EntrySplice? Accept(CoreStream core)
    {
        EntrySplice splice;
        TaskCompletionSource<string> answer;
        lock (_gate)
        {
            if (_over || _core != core)
            {
                return null;
            }

            var session = tunnels.Sessions.Open(_coreId, tunnels.Options.IdleTimeout, null, CancellationToken.None);
            session.MovedUp(_length);
            splice = new(core, session, _lease!) { Stream = Stream };
            _splice = splice;
            Stream.Handler = splice;
            answer = _answer!;
            Stream.RaiseReceiveWindow(TunnelWindow);
            Stream.Credit(_sentEarly);
            Release();
            _lease = null; // the splice's now
        }

        tunnels.Remove(this);
        splice.Begin();
        answer.TrySetResult("ok");
        return splice;
    }

    /// <summary>The Core did not take it.</summary>
    public void Fail(CoreStream core, string outcome)
    {
        TaskCompletionSource<string>? answer;
        lock (_gate)
        {
            answer = _core == core && _splice is null ? _answer : null;
        }

        answer?.TrySetResult(outcome);
    }

    /// <summary>Bytes have left to a Core that had not answered yet.</summary>
    public void NoteSent(CoreStream core, int bytes)
    {
        lock (_gate)
        {
            if (_splice is null)
            {
                _sentEarly += _core == core ? bytes : 0;
                return;
            }
        }

        Stream.Credit(bytes);
    }

    private async Task RunAsync()
    {
        try
        {
            var lease = await tunnels.Routes.AcquireAsync(_preamble!.Credential, CancellationToken.None);
            if (lease is null || !Hold(lease))
            {
                Refuse();
                return;
            }

            foreach (var route in lease.Routes)
            {
                if (await TryRouteAsync(route))
                {
                    return;
                }
            }

            tunnels.Routes.Forget(_preamble.Credential); // the next attempt asks management again
            Refuse();
        }
        catch (Exception e)
        {
            EntryLog.Unexpected(tunnels.Logger, e);
            Close();
            Stream.Reset(Http2ErrorCode.InternalError);
        }
    }

    private async Task<bool> TryRouteAsync(CoreRoute route)
    {
        for (var attempt = 1; ; attempt++)
        {
            var started = tunnels.Time.GetTimestamp();
            var outcome = await TryOnceAsync(route);
            if (outcome == "gone")
            {
                return true;
            }

            tunnels.Metrics.Opened(tunnels.Time.GetElapsedTime(started), outcome);
            if (outcome == "ok")
            {
                return true;
            }

            if (outcome != "lost" || attempt == MaxTriesPerRoute)
            {
                EntryLog.CoreNotOpened(tunnels.Logger, route.CoreId, outcome);
                return false;
            }
        }
    }

    private async Task<string> TryOnceAsync(CoreRoute route)
    {
        var pool = tunnels.Cores.Get(route);
        while (true)
        {
            if (Begin(route, pool) is { } answer)
            {
                var outcome = await answer;
                if (outcome is not ("ok" or "gone"))
                {
                    Stop();
                }

                return outcome;
            }

            try
            {
                await pool.ConnectAsync(tunnels.Options.OpenTimeout, CancellationToken.None);
            }
            catch (TimeoutException)
            {
                return "timeout";
            }
            catch (IOException)
            {
                return "unreachable";
            }
        }
    }

    /// <summary>Opens a stream and sends what is kept; <see langword="null"/> when there is no connection.</summary>
    private Task<string>? Begin(CoreRoute route, CorePool pool)
    {
        using var turn = Turn.Begin();
        lock (_gate)
        {
            if (_over)
            {
                return Task.FromResult("gone");
            }

            _preamble!.Stamp(route.RouteId);
            var core = new CoreStream(this);
            if (!pool.TryOpen(core, route.ServiceName))
            {
                return null;
            }

            (_core, _coreId, _sentEarly, _opened) = (core, route.CoreId, 0, true);
            _answer = new();
            _since = tunnels.Time.GetTimestamp();
            core.Stream.SendData(_preamble.Bytes.Span, _kept.AsSpan(_preamble.Bytes.Length, _length - _preamble.Bytes.Length));
            if (_ended)
            {
                core.Stream.SendEnd();
            }

            return _answer.Task;
        }
    }

    private void Stop()
    {
        CoreStream? core;
        lock (_gate)
        {
            core = _core;
            (_core, _opened) = (null, false);
        }

        core?.Stream.Reset(Http2ErrorCode.Cancel);
    }

    private bool Hold(RouteLease lease)
    {
        lock (_gate)
        {
            if (!_over)
            {
                _lease = lease;
                return true;
            }
        }

        lease.Dispose();
        return false;
    }

    private void Refuse()
    {
        lock (_gate)
        {
            if (_over || _splice is not null)
            {
                return;
            }
        }

        Close();
        tunnels.Metrics.Refused();
        var web = tunnels.Web(peer);
        web.Stream = Stream;
        Stream.Handler = web;
        web.Refuse(candidate.ToCover(peer));
    }

    /// <summary>Lets go of everything, unless the splice has it.</summary>
    private EntrySplice? Close()
    {
        CoreStream? core;
        TaskCompletionSource<string>? answer;
        RouteLease? lease;
        lock (_gate)
        {
            if (_splice is not null)
            {
                return _splice;
            }

            _over = true;
            (core, answer, lease) = (_core, _answer, _lease);
            _lease = null;
            _opened = false;
            Release();
        }

        tunnels.Remove(this);
        core?.Stream.Reset(Http2ErrorCode.Cancel);
        lease?.Dispose();
        answer?.TrySetResult("gone");
        return null;
    }

    private void Keep(ReadOnlySpan<byte> data)
    {
        if (_kept is null || _length + data.Length > _kept.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(512, (_length + data.Length) * 2));
            _kept.AsSpan(0, _length).CopyTo(larger);
            if (_kept is not null)
            {
                ArrayPool<byte>.Shared.Return(_kept);
            }

            _kept = larger;
        }

        data.CopyTo(_kept.AsSpan(_length));
        _length += data.Length;
    }

    private void Release()
    {
        if (_kept is { } kept)
        {
            _kept = null;
            ArrayPool<byte>.Shared.Return(kept, clearArray: true); // the id is in it
        }
    }
}
