using System.IO.Pipelines;

namespace Cellway.DataPlane.Relay;

/// <summary>
/// The server side of one call on the tunnel's path, whatever HTTP/2 stands below. Until <see cref="Accept"/> nothing has been
/// answered, and the cover site can still do so.
/// </summary>
internal interface ITunnelCall
{
    /// <summary>The request's messages. Reading fails when the client resets the stream.</summary>
    PipeReader Input { get; }

    /// <summary>The response's messages; after <see cref="Accept"/>.</summary>
    PipeWriter Output { get; }

    /// <summary>Fires when the client resets the stream or its connection is lost.</summary>
    CancellationToken Aborted { get; }

    /// <summary>Chooses the head of a tunnel's response; it goes out with the first message.</summary>
    void Accept();

    /// <summary>Sends the head now.</summary>
    Task SendHeadAsync(CancellationToken cancellationToken);

    /// <summary>Ends the response well: trailers with <c>grpc-status: 0</c>. The request may go on.</summary>
    Task CompleteAsync();

    /// <summary>Resets the stream, so that a truncated download does not look whole.</summary>
    void Reset();
}
