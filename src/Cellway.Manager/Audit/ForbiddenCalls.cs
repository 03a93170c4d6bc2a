using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Audit;

/// <summary>Who has a certificate and tries what it does not allow is written down; strangers are counted.</summary>
internal sealed class ForbiddenCalls(Refusals refusals) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _answer = new();

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (!authorizeResult.Succeeded)
        {
            if (context.User.Identity is { IsAuthenticated: true })
            {
                var what = context.GetEndpoint() is RouteEndpoint endpoint ? ActNames.Of(endpoint) : "call";
                await refusals.RecordAsync(Actors.Of(context.User), what, null, "forbidden");
            }
            else
            {
                refusals.CountStranger();
            }
        }

        await _answer.HandleAsync(next, context, policy, authorizeResult);
    }
}
