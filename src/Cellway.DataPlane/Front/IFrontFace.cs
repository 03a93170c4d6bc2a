using System.Net;
using System.Net.Security;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2;

namespace Cellway.DataPlane.Front;

/// <summary>What connections to a listener see.</summary>
internal interface IFrontFace : IHttp1Site
{
    /// <summary>Decides who serves a connection, before a byte of it is read; may wait until there is something to show.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Fires when the handshake's time is up.</param>
    /// <returns>The web server that it is passed on to; <see langword="null"/>: it is served here.</returns>
    ValueTask<IPEndPoint?> ChooseSiteAsync(FrontConnection connection, CancellationToken cancellationToken) => new((IPEndPoint?)null);

    /// <summary>Chooses how TLS looks to a peer, which may still wait for its first bytes.</summary>
    /// <param name="connection">The connection; its identity may be set while the handshake runs.</param>
    /// <param name="serverName">The name asked for; empty without one.</param>
    /// <param name="cancellationToken">Fires when the handshake's time is up.</param>
    ValueTask<SslServerAuthenticationOptions> ChooseTlsAsync(FrontConnection connection, string serverName, CancellationToken cancellationToken);

    /// <summary>Who handles the requests of an HTTP/2 connection.</summary>
    ConnectionHandler OpenHttp2(FrontConnection connection);

    /// <summary>How an HTTP/2 connection looks; <paramref name="options"/> for strangers.</summary>
    Http2Options ChooseHttp2(FrontConnection connection, Http2Options options) => options;
}
