using System.Net;
using System.Net.Security;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Front;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Tunnel.Hosting;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>What connections to a Core see: the cover site; and tunnels, for the network's Entries.</summary>
internal sealed class CoreSite(Swapped<CoreSnapshot> current, CoreTls tls, CoverSite cover, IPEndPoint? strangersTo, TimeProvider time) : IFrontFace
{
    /// <summary>Takes the tunnels; set before the first connection.</summary>
    public CoreTunnels Tunnels { get; set; } = null!;

    public async ValueTask<IPEndPoint?> ChooseSiteAsync(FrontConnection connection, CancellationToken cancellationToken) =>
        strangersTo is null || CoreTls.IsEntryAddress(connection.Remote.Address, (await current.GetAsync(cancellationToken)).Face) ? null : strangersTo;

    public ValueTask<SslServerAuthenticationOptions> ChooseTlsAsync(FrontConnection connection, string serverName, CancellationToken cancellationToken) =>
        tls.FaceForAsync(connection, current, cancellationToken);

    public Http2Options ChooseHttp2(FrontConnection connection, Http2Options options) =>
        connection.Identity is EntryPeer { Key: not null } ? Http2Options.TrustedServer : options;

    public ConnectionHandler OpenHttp2(FrontConnection connection)
    {
        var peer = new Http1Peer(connection.Local.Address.ToString(), connection.Local.Port, connection.Remote.Address);
        var entry = (connection.Identity as EntryPeer)?.Key;
        return new WebStreams(this, peer, time, (stream, headers) =>
        {
            if (entry is not { } key)
            {
                return null;
            }

            var snapshot = current.Value;
            if (snapshot.Face.RevokedKeys.Contains(key))
            {
                stream.Connection.Abort();
                return null;
            }

            if (headers.GetString(":path"u8) is { } path && snapshot.Paths.ContainsEcho(path, time.GetUtcNow()))
            {
                return new EchoTunnel();
            }

            return TunnelCandidate.Of(headers, snapshot.Paths, time.GetUtcNow()) is { } candidate
                ? new CoreOpening(Tunnels, peer, candidate, key)
                : null;
        });
    }

    public ValueTask<CoverAnswer> AnswerAsync(CoverRequest request, CancellationToken cancellationToken) => new(cover.Answer(request));

    public IHttp1Takeover? TryTakeOver(Http1Request request, Http1Peer peer) => null;
}
