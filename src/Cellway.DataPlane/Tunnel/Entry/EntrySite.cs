using System.Net;
using System.Net.Security;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Front;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Tunnel.Hosting;
using Cellway.DataPlane.WebSocket;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>What connections to an Entry see: the cells' certificates, subscriptions, the cover site; and tunnels, for those who know.</summary>
internal sealed class EntrySite(
    Swapped<EntrySnapshot> current, CoverSite cover, SubscriptionHandler subscriptions, bool isBehindWebServer, TimeProvider time, ILogger logger) : IFrontFace
{
    /// <summary>Takes the tunnels; set before the first connection.</summary>
    public EntryTunnels Tunnels { get; set; } = null!;

    /// <summary>Waits for the first face.</summary>
    public async ValueTask<IPEndPoint?> ChooseSiteAsync(FrontConnection connection, CancellationToken cancellationToken)
    {
        await current.GetAsync(cancellationToken);
        return null;
    }

    public async ValueTask<SslServerAuthenticationOptions> ChooseTlsAsync(FrontConnection connection, string serverName, CancellationToken cancellationToken) =>
        (await current.GetAsync(cancellationToken)).FaceFor(serverName);

    public ConnectionHandler OpenHttp2(FrontConnection connection)
    {
        var peer = new Http1Peer(connection.Local.Address.ToString(), connection.Local.Port, connection.Remote.Address);
        return new WebStreams(this, peer, time, (stream, headers) =>
            TunnelCandidate.Of(headers, current.Value.Paths, time.GetUtcNow()) is { } candidate
                ? new EntryOpening(Tunnels, new GrpcClient(stream, candidate, peer with { From = FromOf(headers.GetString("x-real-ip"u8), peer.From) }, Tunnels))
                : null);
    }

    public async ValueTask<CoverAnswer> AnswerAsync(CoverRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var from = FromOf(Find(request.Headers), request.From);
            return await subscriptions.AnswerAsync(request with { From = from }, current.Value, cover.Answer, cancellationToken);
        }
        catch (Exception e) when (e is not (IOException or OperationCanceledException))
        {
            EntryLog.Unexpected(logger, e);
            throw;
        }
    }

    public IHttp1Takeover? TryTakeOver(Http1Request request, Http1Peer peer)
    {
        var path = WebSocketUpgrade.PathOf(request);
        return current.Value.Paths.ContainsWebSocket(path, time.GetUtcNow()) && WebSocketUpgrade.TryCreate(request) is { } upgrade
            ? new WebSocketClient(Tunnels, upgrade, path, FromOf(Find(request.Headers), peer.From))
            : null;
    }

    private static string? Find(IReadOnlyList<KeyValuePair<string, string>> headers) => headers.FirstOrDefault(h => h.Key == "x-real-ip").Value;

    /// <summary>Where a client connects from: whom the web server in front names, or whoever connects here.</summary>
    private IPAddress FromOf(string? named, IPAddress connected) =>
        isBehindWebServer && IPAddress.TryParse(named, out var address) ? address : connected;
}
