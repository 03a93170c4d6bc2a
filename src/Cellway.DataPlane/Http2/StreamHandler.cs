using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.DataPlane.Http2;

/// <summary>What happens on one stream, pushed as it happens. Derive one per use: splice, tunnel, web request.</summary>
/// <remarks>
/// <para>Threads. No lock is held during any callback, so a callback may call anything on any stream of any connection.</para>
/// <list type="bullet">
/// <item><see cref="OnHeaders"/>, <see cref="OnData"/>, <see cref="OnEnd"/>, <see cref="OnReset"/>, <see cref="OnBatchEnd"/>: on the
/// connection's reader, one at a time and in the order received. They must not block: the whole connection waits.</item>
/// <item><see cref="OnSent"/>: on the connection's writer, one at a time, possibly at the same moment as a reader callback.</item>
/// <item><see cref="OnWritable"/>: on either, once per <see cref="Http2Stream.SendQuota"/> that returned 0.</item>
/// </list>
/// <para>Spans and header lists are valid during the callback only. What a callback sends is flushed, together with everything else
/// the turn produced, when the turn ends; outside callbacks every send flushes at once unless a <see cref="Turn"/> is open.</para>
/// <para>Each byte given to <see cref="OnData"/> must be given back with <see cref="Http2Stream.Credit"/> once it left towards where it
/// was going, or the peer stops when its window is spent: that is the back-pressure.</para>
/// </remarks>
internal abstract class StreamHandler
{
    /// <summary>The stream; set before the first callback.</summary>
    public Http2Stream Stream { get; internal set; } = null!;

    /// <summary>A header block: the request or response head, then possibly trailers. Informational responses are not reported.</summary>
    /// <param name="headers">The fields; valid during the call.</param>
    /// <param name="endStream">The peer sends nothing more; <see cref="OnEnd"/> follows.</param>
    public virtual void OnHeaders(HeaderList headers, bool endStream)
    {
    }

    /// <summary>Payload, in pieces of any size.</summary>
    public virtual void OnData(ReadOnlySpan<byte> data)
    {
    }

    /// <summary>The peer finished its direction.</summary>
    public virtual void OnEnd()
    {
    }

    /// <summary>
    /// The stream is over: reset by the peer, refused, or <see cref="Http2ErrorCode.ConnectionLost"/>. The last reader callback.
    /// Not called for our own <see cref="Http2Stream.Reset"/>. After <see cref="OnEnd"/>, a code of <see cref="Http2ErrorCode.NoError"/>
    /// only says that the peer does not want the rest of what we send: a clean end.
    /// </summary>
    public virtual void OnReset(Http2ErrorCode code)
    {
    }

    /// <summary><paramref name="bytes"/> of our payload were taken by the socket: the moment to credit where they came from.</summary>
    public virtual void OnSent(int bytes)
    {
    }

    /// <summary>There may be room again after <see cref="Http2Stream.SendQuota"/> returned 0.</summary>
    public virtual void OnWritable()
    {
    }

    /// <summary>The end of a reader turn in which this stream got data: the moment for one write instead of many.</summary>
    public virtual void OnBatchEnd()
    {
    }
}
