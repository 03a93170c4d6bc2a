using Cellway.Manager.Api;
using Cellway.Manager.View;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Users;

/// <summary>The admin API's users.</summary>
internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/users", (NetworkViewFeed feed) => List(feed.Current));
        admin.MapPost("/users", async (NewUser wanted, UserActs acts, CancellationToken cancellationToken) =>
            Results.Json(await acts.CreateAsync(wanted, cancellationToken), AdminJson.Default.UserInfo, statusCode: StatusCodes.Status201Created));
        admin.MapPatch("/users/{id}", (string id, UserChange change, UserActs acts, CancellationToken cancellationToken) => acts.ChangeAsync(id, change, cancellationToken));
    }

    private static IReadOnlyList<UserInfo> List(NetworkView view) =>
    [
        .. view.Accounts.AllUsers().OrderBy(u => u.Id, StringComparer.Ordinal)
            .Select(u => new UserInfo(u.Id, u.Disabled, u.ExpiresAt, view.Accounts.DevicesOf(u.Id), u.CreatedAt)),
    ];
}
