using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.State;
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
        admin.MapPost("/users", CreateAsync);
        admin.MapPatch("/users/{id}", ChangeAsync);
    }

    private static IReadOnlyList<UserInfo> List(NetworkView view) =>
    [
        .. view.Accounts.AllUsers().OrderBy(u => u.Id, StringComparer.Ordinal)
            .Select(u => new UserInfo(u.Id, u.Disabled, u.ExpiresAt, view.Accounts.DevicesOf(u.Id), u.CreatedAt)),
    ];

    private static async Task<IResult> CreateAsync(NewUser wanted, NetworkWriter writer, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!Names.IsId(wanted.Id))
        {
            throw AdminException.Invalid($"“{wanted.Id}” is not a user's name: use 1 to 63 of a–z, 0–9 and hyphens.");
        }

        var record = new UserRecord { Id = wanted.Id, CreatedAt = time.GetUtcNow() };
        if (!await writer.TryCommitAsync(new StateTransaction().Create(writer.Keys.User(record.Id), StateJson.Write(record)), cancellationToken))
        {
            throw AdminException.Conflict($"There is a user {wanted.Id} already.");
        }

        return Results.Json(new UserInfo(record.Id, false, null, 0, record.CreatedAt), AdminJson.Default.UserInfo, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<UserInfo> ChangeAsync(
        string id, UserChange change, NetworkWriter writer, NetworkViewFeed feed, TimeProvider time, CancellationToken cancellationToken)
    {
        if (change is { ExpiresAt: not null, NeverExpires: true })
        {
            throw AdminException.Invalid("A user's time ends at a moment or never, not both.");
        }

        var user = await writer.ChangeAsync<UserRecord>(
                writer.Keys.User, id, u => Changed(u, change, time.GetUtcNow()), cancellationToken)
            ?? throw AdminException.NotFound($"There is no user {id}: see “cellway user list”.");
        return new(user.Id, user.Disabled, user.ExpiresAt, feed.Current.Accounts.DevicesOf(id), user.CreatedAt);
    }

    private static UserRecord Changed(UserRecord user, UserChange change, DateTimeOffset now)
    {
        var ends = change.NeverExpires ? null : change.ExpiresAt ?? user.ExpiresAt;
        return user with { Disabled = change.Disabled ?? user.Disabled, ExpiresAt = ends, Expired = ends <= now };
    }
}
