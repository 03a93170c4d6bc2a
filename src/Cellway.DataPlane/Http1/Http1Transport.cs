using System.Net.Security;
using System.Net.Sockets;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Http1;

/// <summary>The byte stream under a connection and the two ways to end it.</summary>
/// <param name="stream">TLS, or a plain one.</param>
/// <param name="bulk">Its inner stream (or the stream itself, without TLS), when there is one.</param>
internal sealed class Http1Transport(Stream stream, BulkStream? bulk) : IDisposable
{
    /// <summary>The stream over the socket, if there is one.</summary>
    public BulkStream? Bulk => bulk;

    /// <summary>The stream.</summary>
    public Stream Stream { get; } = stream;

    /// <summary>Ends our direction: TLS close_notify, then FIN.</summary>
    public async Task HalfCloseAsync(CancellationToken cancellationToken)
    {
        if (Stream is SslStream tls)
        {
            await tls.ShutdownAsync().WaitAsync(cancellationToken);
        }

        await Stream.FlushAsync(cancellationToken);
        bulk?.Socket.Shutdown(SocketShutdown.Send);
    }

    /// <inheritdoc/>
    public void Dispose() => Stream.Dispose();
}
