using System.Buffers.Binary;
using Cellway.DataPlane.Http2.Frames;

namespace Cellway.DataPlane.Http2;

/// <summary>What a connection does when its peer is slow, silent or gone. Looked at once a second by the sweeper.</summary>
/// <remarks>A deadline is met at the first look behind it: up to a second late, never early.</remarks>
internal sealed class Deadlines(Http2Connection connection)
{
    private readonly Http2Options _options = connection.Options;
    private readonly long _started = connection.ExactNow;
    private long _lastRead = connection.ExactNow;
    private long _idleSince = connection.ExactNow;
    private long _blockSince;
    private bool _blockReset;
    private long _lingerSince;
    private long _pingSince;
    private long _probedBytes;
    private long _probedAt;
    private ulong _pingNumber;

    /// <summary>Bytes arrived.</summary>
    public void NoteRead() => Volatile.Write(ref _lastRead, connection.ExactNow);

    /// <summary>When they last did.</summary>
    public long LastRead => Volatile.Read(ref _lastRead);

    /// <summary>A PING was answered.</summary>
    public void NotePong() => Volatile.Write(ref _pingSince, 0);

    /// <summary>Our direction ended: the peer has <see cref="Http2Options.LingerTimeout"/> to end its own.</summary>
    public void NoteLinger() => Volatile.Write(ref _lingerSince, connection.ExactNow);

    /// <summary>Acts on what is due.</summary>
    public void Check()
    {
        connection.Receiver.Floods.Tick();
        var now = connection.Now;
        var linger = Volatile.Read(ref _lingerSince);
        var waiting = connection.Writer.WaitingSince;
        if (waiting != 0 && Due(now, waiting + Http2Sweeper.Interval, _options.SendTimeout))
        {
            connection.Cut("the peer does not read");
        }
        else if (linger != 0)
        {
            if (Due(now, linger, _options.LingerTimeout))
            {
                connection.Cut("the peer does not close");
            }
        }
        else if (!connection.IsFinishing)
        {
            if (connection.IsClient)
            {
                KeepAlive(now);
            }
            else
            {
                Block(now);
            }

            Idle(now);
        }
    }

    private static bool Due(long now, long since, TimeSpan limit) => limit > TimeSpan.Zero && now - since >= limit.TotalMilliseconds;

    private void Idle(long now)
    {
        if (connection.ActiveStreams > 0 || connection.Parser.OpenBlock != 0)
        {
            _idleSince = now + Http2Sweeper.Interval; // by the next look at the latest
            return;
        }

        if (_options.IdleTimeout == TimeSpan.Zero && !connection.Parser.InPreface)
        {
            return;
        }

        var fresh = connection.Table.LastPeer == 0;
        var since = fresh ? _started : Math.Max(_idleSince, Volatile.Read(ref _lastRead));
        if (Due(now, since, fresh ? _options.HeaderTimeout : _options.IdleTimeout))
        {
            var partial = connection.Parser.InPreface && Volatile.Read(ref _lastRead) > 0 && connection.HasPartialPreface;
            connection.Fail(partial ? Http2ErrorCode.ProtocolError : Http2ErrorCode.NoError);
        }
    }

    /// <summary>A header block that is never completed: first the stream ends, then, as nginx does it, the connection.</summary>
    private void Block(long now)
    {
        var stream = connection.Parser.OpenBlock;
        if (stream == 0)
        {
            _blockSince = 0;
            _blockReset = false;
        }
        else if (_blockSince == 0)
        {
            _blockSince = now;
        }
        else if (!_blockReset && Due(now, _blockSince, _options.HeaderTimeout))
        {
            _blockReset = true;
            connection.Control.ResetUnknown(stream, Http2ErrorCode.ProtocolError);
        }
        else if (_blockReset && Due(now, _blockSince, _options.HeaderTimeout + _options.IdleTimeout))
        {
            connection.Fail(Http2ErrorCode.ProtocolError);
        }
    }

    private void KeepAlive(long now)
    {
        var pinged = Volatile.Read(ref _pingSince);
        if (pinged != 0)
        {
            if (Due(now, Math.Max(pinged, Volatile.Read(ref _lastRead)), _options.KeepAliveTimeout))
            {
                connection.Cut("no answer to PING");
            }

            return;
        }

        // Beside keep-alive: under load a new sample of the round trip every ten seconds, for the windows.
        var bytes = connection.Receiver.PayloadBytes;
        var loaded = bytes - _probedBytes > 1 << 20 && (_probedAt == 0 || now - _probedAt > 10_000);
        if (loaded || (connection.ActiveStreams > 0 && Due(now, Volatile.Read(ref _lastRead), _options.KeepAliveInterval)))
        {
            _probedAt = now;
            Span<byte> opaque = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(opaque, ++_pingNumber);
            Volatile.Write(ref _pingSince, now);
            connection.SendPing(opaque);
        }

        _probedBytes = bytes;
    }
}
