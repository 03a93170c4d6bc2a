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
    Swapped<EntrySnapshot> current, CoverSite cover, SubscriptionHandler subscriptions, TimeProvider time, ILogger logger) : IFrontFace
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
                ? new EntryOpening(Tunnels, new GrpcClient(stream, candidate, peer, Tunnels))
                : null);
    }

    public async ValueTask<CoverAnswer> AnswerAsync(CoverRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await subscriptions.AnswerAsync(request, current.Value, cover.Answer, cancellationToken);
        }
        catch (Exception e) when (e is not (IOException or OperationCanceledException))
        {
            EntryLog.Unexpected(logger, e);
            throw;
        }
    }

    public IHttp1Takeover? TryTakeOver(Http1Request request) =>
        current.Value.Paths.ContainsWebSocket(WebSocketUpgrade.PathOf(request), time.GetUtcNow()) && WebSocketUpgrade.TryCreate(request) is { } upgrade
            ? new WebSocketClient(Tunnels, upgrade)
            : null;
}
