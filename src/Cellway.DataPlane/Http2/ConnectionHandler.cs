using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.DataPlane.Http2;

/// <summary>What happens on a connection as a whole. Callbacks follow the rules of <see cref="StreamHandler"/>.</summary>
internal abstract class ConnectionHandler
{
    /// <summary>Server: a new request. Its fields come again in the handler's <see cref="StreamHandler.OnHeaders"/>.</summary>
    /// <returns>Who handles the stream, or null to refuse it with REFUSED_STREAM.</returns>
    public virtual StreamHandler? OnRequest(Http2Stream stream, HeaderList headers) => null;

    /// <summary>The peer's first SETTINGS arrived: its limits are known.</summary>
    public virtual void OnReady()
    {
    }

    /// <summary>Client: a stream may be opened again after <see cref="Http2Connection.TryOpen"/> refused one for the peer's limit.</summary>
    public virtual void OnCapacity()
    {
    }

    /// <summary>The peer sent GOAWAY, or we began to drain: open nothing more here. Streams the peer did not process were reset as refused.</summary>
    public virtual void OnDraining(Http2ErrorCode code)
    {
    }

    /// <summary>The connection is over and every stream was told. The last callback.</summary>
    public virtual void OnClosed()
    {
    }
}
