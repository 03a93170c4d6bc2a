using System.Security.Claims;
using Cellway.Manager.Access;
using Cellway.Manager.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Bot;

/// <summary>The admin API's side of the bot.</summary>
internal static class BotEndpoints
{
    public static void MapBot(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/bot/invitations", async (NewBotInvitation wanted, BotKeys keys, CancellationToken cancellationToken) =>
            Results.Json(await keys.InviteAsync(wanted, cancellationToken), AdminJson.Default.BotInvitation, statusCode: StatusCodes.Status201Created));
        admin.MapPost("/bot/codes", async (BotKeys keys, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            Results.Json(await keys.NewCodeAsync(RoleNames.IdOf(caller), cancellationToken), AdminJson.Default.BotCode, statusCode: StatusCodes.Status201Created));
    }
}
