using Cellway.DataPlane.Http2.Flow;
using Cellway.DataPlane.Http2.Frames;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Http2;

/// <summary>One HTTP/2 connection, either role, RFC 9113.</summary>
/// <remarks>
/// <code>
///  socket ─▶ Reader ─▶ FrameParser ─▶ Receiver ─▶ StreamHandler      the reader: one asynchronous loop
///                                        │ credit, ACK, reset
///  socket ◀─ Writer ◀─ Sender (out-buffer, windows, round robin) ◀─ any thread, under the gate
/// </code>
/// The gate guards streams and everything sent. It is held for a copy at most, never while a handler runs or bytes move, and
/// no code takes two gates: connections may be spliced to each other in any pattern.
/// </remarks>
internal sealed class Http2Connection
{
    private readonly ILogger _logger;
    private readonly Http2Sweeper _sweeper;
    private long _settingsSentAt;
    private long _pingSentAt;
    private bool _draining;
    private bool _capacityWanted;
    private volatile bool _finishing;
    private int _aborted;

    /// <param name="transport">Where the bytes go; owned from here on.</param>
    /// <param name="isClient">Whether we open the streams.</param>
    /// <param name="handler">Who is told.</param>
    /// <param name="options">Limits and looks.</param>
    /// <param name="sweeper">Clock and deadlines.</param>
    /// <param name="logger">For violations and handler faults.</param>
    public Http2Connection(
        Http2Transport transport, bool isClient, ConnectionHandler handler, Http2Options options, Http2Sweeper sweeper, ILogger logger)
    {
        Transport = transport;
        IsClient = isClient;
        Handler = handler;
        Options = options;
        _sweeper = sweeper;
        _logger = logger;
        Clock = sweeper.Time.GetTimestamp;
        Local = options.Settings.Aggregate(
            new Http2Settings(),
            (all, setting) => all.With(setting.Id, setting.Value) ?? throw new ArgumentException($"Setting out of range: {setting}.", nameof(options)));
        Table = new(this);
        Outgoing = new(this);
        Sender = new(this);
        Control = new(this);
        Writer = new(this);
        Receiver = new(this);
        Parser = new(this, Receiver, new(this, Receiver), expectPreface: !isClient);
        Deadlines = new(this);
    }

    /// <summary>Whether we are the side that opens streams.</summary>
    public bool IsClient { get; }

    /// <summary>Limits and looks.</summary>
    public Http2Options Options { get; }

    /// <summary>Open streams.</summary>
    public int ActiveStreams => Streams.Count;

    /// <summary>Whether <see cref="TryOpen"/> would succeed now.</summary>
    public bool CanOpen => !_draining && !_finishing && _aborted == 0 && Streams.Count < Outgoing.Peer.MaxConcurrentStreams && Table.NextLocal > 0;

    /// <summary>GOAWAY was sent or received, or the connection is over: it opens no more streams, ever.</summary>
    public bool IsDraining => _draining || _finishing || _aborted != 0;

    /// <summary>When something last came, by the sweeper's exact clock.</summary>
    public long LastRead => Deadlines.LastRead;

    internal Lock Gate { get; } = new();

    internal StreamTable Table { get; }

    internal Dictionary<int, Http2Stream> Streams => Table.Open;

    internal bool IsDrainBegun => _draining;

    internal Http2Transport Transport { get; }

    internal ConnectionHandler Handler { get; }

    internal SendState Outgoing { get; }

    internal Sender Sender { get; }

    internal ControlSender Control { get; }

    internal Writer Writer { get; }

    internal Receiver Receiver { get; }

    internal FrameParser Parser { get; }

    internal Deadlines Deadlines { get; }

    internal RoundTripEstimate RoundTrip { get; } = new();

    internal Func<long> Clock { get; }

    internal long Now => _sweeper.Now;

    internal long ExactNow => _sweeper.ExactNow;

    internal Http2Settings Local { get; }

    /// <summary>The last GOAWAY is queued, or the drain is complete: no more frames are parsed.</summary>
    internal bool IsFinishing => _finishing || _aborted != 0;

    internal bool HasPartialPreface { get; set; }

    /// <summary>Runs the connection until it is over. Never throws.</summary>
    public async Task RunAsync()
    {
        _sweeper.Add(this);
        Control.Hello(IsClient);
        _settingsSentAt = Clock();
        Turn.Flush(this);
        try
        {
            await new Reader(this).RunAsync();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or System.Net.Sockets.SocketException or OperationCanceledException)
        {
            Http2Log.Cut(_logger, exception.GetType().Name);
        }
        catch (Exception exception)
        {
            Http2Log.HandlerThrew(_logger, exception);
        }

        Abort(null);
        Table.Lose();
        Parser.Release();
        _sweeper.Remove(this);
        Handler.OnClosed();
    }

    /// <summary>Client: opens a stream with a request head.</summary>
    /// <param name="handler">Who handles it.</param>
    /// <param name="headers">The encoded request head; copied.</param>
    /// <param name="endStream">The request has no body.</param>
    /// <returns>The stream, or null when the connection is draining or the peer's limit is reached (<see cref="ConnectionHandler.OnCapacity"/> tells when not).</returns>
    public Http2Stream? TryOpen(StreamHandler handler, ReadOnlySpan<byte> headers, bool endStream = false)
    {
        Http2Stream stream;
        bool flush;
        lock (Gate)
        {
            if (!CanOpen)
            {
                _capacityWanted = true;
                return null;
            }

            stream = new(this, Table.NextLocal, Outgoing.Peer.InitialWindowSize, Local.InitialWindowSize) { Handler = handler, LocalEnded = endStream };
            Table.NextLocal += 2;
            handler.Stream = stream;
            Streams.Add(stream.Id, stream);
            Outgoing.WriteHeaders(stream, headers, endStream);
            flush = Outgoing.PromiseFlush();
        }

        if (flush)
        {
            Turn.Flush(this);
        }

        return stream;
    }

    /// <summary>Lets open streams finish, takes no new ones, then closes.</summary>
    public void Drain()
    {
        lock (Gate)
        {
            if (_draining)
            {
                return;
            }

            _draining = true;
        }

        Control.GoAway(Table.LastPeer, Http2ErrorCode.NoError, last: false);
        Handler.OnDraining(Http2ErrorCode.NoError);
    }

    /// <summary>Cuts the connection without a word.</summary>
    public void Abort() => Abort(null);

    internal void Abort(Exception? exception)
    {
        if (Interlocked.Exchange(ref _aborted, 1) != 0)
        {
            return;
        }

        if (exception is not (null or IOException or ObjectDisposedException or System.Net.Sockets.SocketException))
        {
            Http2Log.HandlerThrew(_logger, exception);
        }

        // The reader wakes with an error and tells the streams.
        Transport.Dispose();
    }

    internal void Cut(string reason)
    {
        Http2Log.Cut(_logger, reason);
        Abort(null);
    }

    /// <summary>Ends the connection with GOAWAY.</summary>
    internal void Fail(Http2ErrorCode code)
    {
        if (code != Http2ErrorCode.NoError)
        {
            Http2Log.Failed(_logger, code);
        }

        if (!_finishing)
        {
            Control.GoAway(Table.LastPeer, code, last: true);
            _finishing = true;
            Turn.Flush(this);
        }
    }

    /// <summary>The writer has nothing left and never will.</summary>
    internal void FinishSending()
    {
        Deadlines.NoteLinger();
        _ = ShutdownAsync();

        async Task ShutdownAsync()
        {
            try
            {
                await Transport.ShutdownAsync();
            }
            catch (Exception exception)
            {
                Abort(exception);
            }
        }
    }

    /// <summary>Tells what became possible. Called by reader and writer between their steps, outside the gate.</summary>
    /// <returns>Whether the connection is finishing.</returns>
    internal bool TakeNotices()
    {
        bool capacity;
        lock (Gate)
        {
            if (_draining && Streams.Count == 0)
            {
                _finishing = true;
            }

            capacity = _capacityWanted && CanOpen;
            _capacityWanted &= !capacity;
        }

        if (capacity)
        {
            using var turn = Turn.Begin();
            Handler.OnCapacity();
        }

        return _finishing;
    }

    internal void SendPing(ReadOnlySpan<byte> opaque)
    {
        Volatile.Write(ref _pingSentAt, Clock());
        Control.Ping(opaque, FrameFlags.None);
    }

    internal void NotePingAck(ReadOnlySpan<byte> opaque)
    {
        var sent = Interlocked.Exchange(ref _pingSentAt, 0);
        if (sent != 0)
        {
            RoundTrip.Add(Clock() - sent);
            Deadlines.NotePong();
        }
    }

    internal void NoteSettingsAck() => RoundTrip.Add(Clock() - _settingsSentAt);

    /// <summary>GOAWAY came: closes our streams the peer did not process, and returns them.</summary>
    internal List<Http2Stream> BeginPeerDrain(int lastStreamId)
    {
        lock (Gate)
        {
            // A server's client only says that it will open nothing more; it is idle soon enough.
            _draining |= IsClient;
            List<Http2Stream> refused = [.. Streams.Values.Where(stream => IsClient && stream.Id > lastStreamId)];
            refused.ForEach(Outgoing.CloseLocked);
            return refused;
        }
    }
}
