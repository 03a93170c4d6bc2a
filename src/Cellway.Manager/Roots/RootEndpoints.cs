using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Cellway.Manager.View;
using Cellway.Model.Nodes;
using Cellway.Pki.Trust;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using System.Security.Cryptography.X509Certificates;

namespace Cellway.Manager.Roots;

/// <summary>The admin API's roots.</summary>
internal static class RootEndpoints
{
    public static void MapRoots(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/roots", (NetworkViewFeed feed, TimeProvider time) => Show(feed.Current, time));
        admin.MapPost("/roots/introduce", (RootRotation rotation, NetworkViewFeed feed, TimeProvider time, CancellationToken cancellationToken) =>
            ThenShowAsync(rotation.IntroduceAsync(cancellationToken), feed, time)).As("ca rotate introduce");
        admin.MapPost("/roots/reissue", (RootRotation rotation, NetworkViewFeed feed, TimeProvider time, CancellationToken cancellationToken) =>
            ThenShowAsync(rotation.ReissueAsync(cancellationToken), feed, time)).As("ca rotate reissue");
        admin.MapPost("/roots/undo", (RootRotation rotation, NetworkViewFeed feed, TimeProvider time, CancellationToken cancellationToken) =>
            ThenShowAsync(rotation.UndoAsync(cancellationToken), feed, time)).As("ca rotate undo");
        admin.MapPost("/roots/retire", (RootRotation rotation, NetworkViewFeed feed, TimeProvider time, CancellationToken cancellationToken, bool evenIfSomebody = false) =>
            ThenShowAsync(rotation.RetireAsync(evenIfSomebody, cancellationToken), feed, time)).As("ca rotate retire");
    }

    private static async Task<IReadOnlyList<RootInfo>> ThenShowAsync(Task step, NetworkViewFeed feed, TimeProvider time)
    {
        await step;
        return Show(feed.Current, time);
    }

    private static IReadOnlyList<RootInfo> Show(NetworkView view, TimeProvider time)
    {
        var newest = view.Authorities.Values.Max(a => a.Generation);
        var oldest = view.Authorities.Values.Min(a => a.Generation);
        return
        [
            .. view.Authorities.Values.OrderBy(a => a.Generation).Select(a =>
            {
                using var certificate = X509CertificateLoader.LoadCertificate(a.Certificate);
                var state = (a.Signs, newest == oldest, a.Generation == newest) switch
                {
                    (true, true, _) => "issues",
                    (true, false, true) => "issues; the older one is believed still",
                    (true, false, false) => "issues; a newer one is introduced",
                    (false, _, true) => "introduced",
                    _ => "believed",
                };
                return new RootInfo(
                    a.Generation,
                    state,
                    PublicKeys.KeyHash(certificate).ToString(),
                    certificate.NotAfter.ToUniversalTime(),
                    view.Nodes.Values.Count(n => n.State != NodeState.Revoked && n.CertificateNotAfter > time.GetUtcNow() && (n.Root ?? 1) == a.Generation),
                    a.Certificate);
            }),
        ];
    }
}
