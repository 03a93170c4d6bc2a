using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.DataPlane.Http2;

/// <summary>The streams of a connection and the numbers they get.</summary>
internal sealed class StreamTable(Http2Connection connection)
{
    /// <summary>The open ones. Guarded by the gate.</summary>
    public Dictionary<int, Http2Stream> Open { get; } = [];

    /// <summary>The number of the next stream a client opens; negative when they are used up.</summary>
    public int NextLocal { get; set; } = 1;

    /// <summary>The last number the peer used, as GOAWAY tells it.</summary>
    public int LastPeer { get; private set; }

    /// <summary>An open stream, or null.</summary>
    public Http2Stream? Find(int streamId)
    {
        lock (connection.Gate)
        {
            return Open.GetValueOrDefault(streamId);
        }
    }

    /// <summary>Forgets a stream. Call under the gate.</summary>
    public void RemoveLocked(Http2Stream stream) => Open.Remove(stream.Id);

    /// <summary>Whether the number was not used yet.</summary>
    public bool IsIdle(int streamId) =>
        connection.IsClient ? streamId % 2 == 0 || (NextLocal > 0 && streamId >= NextLocal) : streamId > LastPeer;

    /// <summary>Server: checks the number of a new stream and makes it the last one.</summary>
    public bool TryBegin(int streamId)
    {
        if (streamId % 2 == 0 || streamId <= LastPeer)
        {
            return false;
        }

        // While draining the number announced in GOAWAY stays.
        LastPeer = connection.IsDrainBegun ? LastPeer : streamId;
        return true;
    }

    /// <summary>Whether one more stream may be opened: null, or why not; NO_ERROR: ignore it, the drain already said so.</summary>
    public Http2ErrorCode? Admit(int streamId) =>
        connection.IsDrainBegun && streamId > LastPeer ? Http2ErrorCode.NoError
        : Open.Count >= connection.Local.MaxConcurrentStreams ? Http2ErrorCode.RefusedStream
        : null;

    /// <summary>Server: opens a stream for a request, or refuses it.</summary>
    public Http2Stream? Accept(int streamId, HeaderList headers)
    {
        var stream = new Http2Stream(connection, streamId, connection.Outgoing.Peer.InitialWindowSize, connection.Local.InitialWindowSize);
        if (connection.Handler.OnRequest(stream, headers) is not { } handler)
        {
            connection.Control.ResetUnknown(streamId, Http2ErrorCode.RefusedStream);
            return null;
        }

        stream.Handler = handler;
        handler.Stream = stream;
        lock (connection.Gate)
        {
            Open.Add(streamId, stream);
        }

        return stream;
    }

    /// <summary>The peer reset a stream; false when it was over already.</summary>
    public bool CloseByPeer(Http2Stream stream)
    {
        lock (connection.Gate)
        {
            if (stream.IsClosed)
            {
                return false;
            }

            connection.Outgoing.CloseLocked(stream);
            return true;
        }
    }
}
