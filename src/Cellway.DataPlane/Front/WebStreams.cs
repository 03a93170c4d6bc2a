using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.DataPlane.Front;

/// <summary>The requests of one HTTP/2 connection: tunnels go to who takes them, everything else to the site.</summary>
/// <param name="site">The site.</param>
/// <param name="peer">What is known of the connection.</param>
/// <param name="time">The clock.</param>
/// <param name="tunnels">Takes streams that are tunnels by their head, and returns <see langword="null"/> for the others.</param>
internal sealed class WebStreams(IHttp1Site site, Http1Peer peer, TimeProvider time, Func<Http2Stream, HeaderList, StreamHandler?> tunnels)
    : ConnectionHandler, IDisposable
{
    private readonly CancellationTokenSource _closed = new();

    /// <inheritdoc/>
    public override StreamHandler? OnRequest(Http2Stream stream, HeaderList headers) =>
        tunnels(stream, headers) ?? new WebStream(site, peer, time, _closed.Token);

    /// <inheritdoc/>
    public override void OnClosed()
    {
        _closed.Cancel();
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _closed.Dispose();
}
