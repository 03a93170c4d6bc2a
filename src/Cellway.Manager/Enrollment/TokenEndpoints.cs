using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Cellway.Manager.Authority;
using Cellway.Manager.View;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Enrollment;

/// <summary>The admin API's join tokens.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/tokens", (NetworkViewFeed feed, TimeProvider time) => List(feed.Current, time.GetUtcNow()));
        admin.MapPost("/tokens", async (NewToken wanted, TokenActs acts, CancellationToken cancellationToken) =>
            Results.Json(await acts.CreateAsync(wanted, cancellationToken), AdminJson.Default.CreatedToken, statusCode: StatusCodes.Status201Created));
        admin.MapDelete("/tokens/{id}", (string id, TokenActs acts, CancellationToken cancellationToken) => acts.RevokeAsync(id, cancellationToken)).As("token revoke");
    }

    private static IReadOnlyList<TokenInfo> List(NetworkView view, DateTimeOffset now) =>
        [.. view.JoinTokens.Values.OrderBy(t => t.CreatedAt).Select(t => NewJoinTokens.Show(t, now))];
}
