using System.Net.Security;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Front;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Tunnel.Hosting;

namespace Cellway.IntegrationTests.Probes;

/// <summary>What strangers see of a node: the site, and no tunnel they know of.</summary>
internal sealed class SiteFace(ProbeSite files) : IFrontFace
{
    private readonly CoverSite _site = CoverSite.Load(new() { Directory = files.Root });
    private readonly SslServerAuthenticationOptions _tls = WebCertificate.Face([files.Certificate]);

    public ValueTask<CoverAnswer> AnswerAsync(CoverRequest request, CancellationToken cancellationToken) => new(_site.Answer(request));

    public IHttp1Takeover? TryTakeOver(Http1Request request, Http1Peer peer) => null;

    public ValueTask<SslServerAuthenticationOptions> ChooseTlsAsync(
        FrontConnection connection, string serverName, CancellationToken cancellationToken) => new(_tls);

    public ConnectionHandler OpenHttp2(FrontConnection connection) => new WebStreams(
        this, new Http1Peer(connection.Local.Address.ToString(), connection.Local.Port, connection.Remote.Address), TimeProvider.System, (_, _) => null);
}
