using Cellway.DataPlane.Http2.Flow;
using Cellway.DataPlane.Http2.Frames;

namespace Cellway.DataPlane.Http2;

/// <summary>One stream. Every method may be called from any thread, from callbacks too, and never blocks.</summary>
internal sealed class Http2Stream
{
    // Guarded by the connection's gate.
    internal long SendWindow;
    internal PendingData Pending;
    internal ReadOnlyMemory<byte> Trailers;
    internal bool IsReady;
    internal bool WantsWritable;
    internal int Share; // of the out-buffer, when it was woken to send
    internal int ShareOf; // which out-buffer
    internal bool EndQueued;
    internal bool LocalEnded;
    internal bool RemoteEnded;
    internal ReceiveWindow Receive;

    // Reader only.
    internal bool InBatch;
    internal bool HeadersSeen;

    private volatile bool _closed;

    internal Http2Stream(Http2Connection connection, int id, int sendWindow, int receiveWindow)
    {
        Connection = connection;
        Id = id;
        SendWindow = sendWindow;
        Receive = new(receiveWindow);
    }

    /// <summary>The stream's number on its connection.</summary>
    public int Id { get; }

    /// <summary>The connection it belongs to.</summary>
    public Http2Connection Connection { get; }

    /// <summary>Both directions are over, or it was reset. Sends do nothing any more.</summary>
    public bool IsClosed
    {
        get => _closed;
        internal set => _closed = value;
    }

    internal StreamHandler Handler { get; set; } = null!;

    /// <summary>Sends a header block (see <see cref="Hpack.HpackWriter"/>), to be called before any data.</summary>
    /// <param name="block">The encoded block; copied.</param>
    /// <param name="endStream">Nothing follows. A server then also resets with NO_ERROR if the client is still sending.</param>
    /// <returns>False when the stream is already over.</returns>
    public bool SendHeaders(ReadOnlySpan<byte> block, bool endStream = false) => Connection.Sender.SendHeaders(this, block, endStream);

    /// <summary>Sends payload: copied into the out-buffer if it has room and the windows allow, queued otherwise.</summary>
    /// <returns>False when the stream is over, or was reset just now because the queue limits are exceeded.</returns>
    public bool SendData(ReadOnlySpan<byte> data) => Connection.Sender.SendData(this, data, default);

    /// <summary>Sends two pieces as one, so that a message prefix needs no copy of its own.</summary>
    /// <returns>As <see cref="SendData(ReadOnlySpan{byte})"/>.</returns>
    public bool SendData(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> data) => Connection.Sender.SendData(this, prefix, data);

    /// <summary>Ends our direction after what is queued, with END_STREAM. A server then resets with NO_ERROR if the client is still sending.</summary>
    public void SendEnd() => Connection.Sender.SendEnd(this, default);

    /// <summary>As <see cref="SendEnd"/>, with trailers as the last frame.</summary>
    /// <param name="block">The encoded trailers; kept by reference until sent.</param>
    public void SendTrailers(ReadOnlyMemory<byte> block) => Connection.Sender.SendEnd(this, block);

    /// <summary>Ends the stream at once, dropping what is queued. The handler is not called back.</summary>
    public void Reset(Http2ErrorCode code) => Connection.Sender.Reset(this, code);

    /// <summary>Gives back <paramref name="bytes"/> received bytes that have left. Announced in steps of a quarter window.</summary>
    public void Credit(int bytes) => Connection.Sender.Credit(this, bytes);

    /// <summary>Raises the receive window, once the peer proved to deserve more than strangers get.</summary>
    /// <param name="window">The new window in bytes; a smaller one than now changes nothing.</param>
    public void RaiseReceiveWindow(int window) => Connection.Sender.RaiseReceiveWindow(this, window);

    /// <summary>How many bytes may be sent now without being queued. 0 registers for <see cref="StreamHandler.OnWritable"/>; -1: over.</summary>
    public int SendQuota() => Connection.Sender.SendQuota(this);
}
