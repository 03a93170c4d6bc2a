using System.Buffers;
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
internal sealed class EntryOpening(EntryTunnels tunnels, IClientSide client) : StreamHandler
{
    // Empty messages and unknown fields before the id are legal; nobody sends kilobytes of them.
    private const int MaxBeforeId = 16 * 1024;

    private readonly Lock _gate = new();
    private KeptBytes _kept;
    private Preamble? _preamble;
    private RouteLease? _lease;
    private CoreStream? _core; // the one that is being tried
    private TaskCompletionSource<OpenOutcome>? _answer;
    private EntrySplice? _splice;
    private string _coreId = "";
    private int _sentEarly; // what the Core's connection has taken of the bytes that are kept
    private long _since;
    private long _begunAt; // by the clock of the Core's connection
    private CoreRoute? _route; // that is being tried
    private bool _opened; // the Core's stream is there, and has what was kept
    private bool _ended; // the client sends no more
    private bool _bare;
    private bool _over;

    /// <summary>Where the client connects from.</summary>
    public System.Net.IPAddress From => client.From;

    public override void OnHeaders(HeaderList headers, bool endStream)
    {
        _bare = endStream; // no body, no tunnel: refused at the end, as the site answers such a request
        if (!endStream)
        {
            Start();
        }
    }

    /// <summary>The client is there, and has so long to prove itself.</summary>
    public void Start()
    {
        _since = tunnels.Time.GetTimestamp();
        tunnels.Add(this);
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
                _kept.Add(data);
                if (_preamble is null)
                {
                    status = Preamble.Scan(_kept.Sequence, out _preamble);
                    status = status == OperationStatus.NeedMoreData && _kept.Length > MaxBeforeId ? OperationStatus.InvalidData : status;
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
            _ = new RouteSearch(tunnels, this, _preamble!).RunAsync();
        }
        else if (status == OperationStatus.InvalidData)
        {
            Refuse();
        }
    }

    public override void OnEnd()
    {
        bool early;
        lock (_gate)
        {
            _ended = true;
            early = _preamble is null;
            if (_opened && _splice is null && !_over)
            {
                _core!.Stream.SendEnd();
            }
        }

        _splice?.OnEnd();
        if (early)
        {
            Refuse();
        }
    }

    public override void OnReset(Http2ErrorCode code)
    {
        Close(out _)?.OnReset(code);
    }

    /// <summary>Resets the stream.</summary>
    public void Abandon()
    {
        Close(out _);
        client.Reset(Http2ErrorCode.InternalError);
    }

    /// <summary>Acts on what took too long; called by the sweep.</summary>
    public void CheckTime()
    {
        bool late;
        CoreRoute? doubtful = null;
        TaskCompletionSource<OpenOutcome>? answer;
        lock (_gate)
        {
            var elapsed = tunnels.Time.GetElapsedTime(_since);
            late = _preamble is null && elapsed >= tunnels.Options.HeaderTimeout;
            if (_opened && _splice is null && _core is { } core && elapsed >= tunnels.Options.Reach.DoubtAfter && core.Stream.Connection.LastRead < _begunAt)
            {
                (doubtful, _begunAt) = (_route, 0); // not a word since, not even for others: said once
            }

            answer = _opened && elapsed >= tunnels.Options.OpenTimeout ? _answer : null;
        }

        if (doubtful is not null)
        {
            tunnels.Reach.Doubt(doubtful);
        }

        if (late)
        {
            Refuse();
        }

        answer?.TrySetResult(OpenOutcome.TimedOut);
    }

    /// <summary>The Core took the tunnel.</summary>
    /// <returns>Who goes on with it; <see langword="null"/> when nobody wants it any more.</returns>
    public EntrySplice? Accept(CoreStream core)
    {
        EntrySplice splice;
        lock (_gate)
        {
            if (_over || _core != core)
            {
                return null;
            }

            var session = tunnels.Sessions.Open(_coreId, tunnels.Options.IdleTimeout, null, CancellationToken.None);
            session.MovedUp(_kept.Length);
            splice = new(client, core, session, _lease!);
            _splice = splice;
            client.Accept(splice);
            client.Credit(_sentEarly);
            _kept.Release();
            _lease = null; // the splice's now
        }

        tunnels.Remove(this);
        splice.Begin();
        _answer!.TrySetResult(OpenOutcome.Taken);
        return splice;
    }

    /// <summary>The Core did not take it.</summary>
    public void Fail(CoreStream core, OpenOutcome outcome)
    {
        bool current;
        lock (_gate)
        {
            current = _core == core && _splice is null;
        }

        _ = current && _answer!.TrySetResult(outcome);
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

        client.Credit(bytes);
    }

    /// <summary>Opens a stream and sends what is kept; <see langword="null"/> when there is no connection.</summary>
    public Task<OpenOutcome>? Begin(CoreRoute route, string name, CorePool pool)
    {
        using var turn = Turn.Begin();
        lock (_gate)
        {
            if (_over)
            {
                return Task.FromResult(OpenOutcome.Abandoned);
            }

            _preamble!.Stamp(route.RouteId);
            var core = new CoreStream(this);
            if (!pool.TryOpen(core, name))
            {
                return null;
            }

            (_core, _coreId, _sentEarly, _opened) = (core, route.CoreId, 0, true);
            _answer = new();
            _since = tunnels.Time.GetTimestamp();
            (_route, _begunAt) = (route, core.Stream.Connection.ExactNow);
            core.Stream.SendData(_preamble.Bytes.Span, _kept.Span[_preamble.Bytes.Length..]);
            if (_ended)
            {
                core.Stream.SendEnd();
            }

            return _answer.Task;
        }
    }

    /// <summary>Ends what <see cref="Begin"/> began.</summary>
    public void Stop()
    {
        CoreStream? core;
        lock (_gate)
        {
            core = _core;
            (_core, _opened) = (null, false);
        }

        core?.Stream.Reset(Http2ErrorCode.Cancel);
    }

    /// <summary>Keeps a lease for as long as the stream lives.</summary>
    /// <returns>Whether it still does; if not, the lease is released.</returns>
    public bool Hold(RouteLease lease)
    {
        bool held;
        lock (_gate)
        {
            held = !_over;
            _lease = held ? lease : null;
        }

        if (held)
        {
            tunnels.Arrivals.Arrived(client.Path);
            client.Recognize();
        }
        else
        {
            lease.Dispose();
        }

        return held;
    }

    /// <summary>Answers as the site does.</summary>
    public void Refuse()
    {
        if (Close(out var first) is not null || !first)
        {
            return;
        }

        tunnels.Metrics.Refused();
        client.Refuse(atHead: !_bare);
    }

    /// <summary>Lets go of everything, unless the splice has it.</summary>
    /// <param name="first">Whether it was held until now.</param>
    private EntrySplice? Close(out bool first)
    {
        CoreStream? core;
        TaskCompletionSource<OpenOutcome>? answer;
        RouteLease? lease;
        lock (_gate)
        {
            first = _splice is null && !_over;
            if (_splice is not null)
            {
                return _splice;
            }

            _over = true;
            (core, answer, lease) = (_core, _answer, _lease);
            _lease = null;
            _opened = false;
            _kept.Release();
        }

        tunnels.Remove(this);
        core?.Stream.Reset(Http2ErrorCode.Cancel);
        lease?.Dispose();
        answer?.TrySetResult(OpenOutcome.Abandoned);
        return null;
    }
}
