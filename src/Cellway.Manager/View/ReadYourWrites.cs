using Cellway.Manager.Api;
using Cellway.Model.State;
using Microsoft.AspNetCore.Http;

namespace Cellway.Manager.View;

/// <summary>Operators read what any of them has written, on whichever replica: their requests are few enough to ask the state first where it is.</summary>
internal sealed class ReadYourWrites(FreshReads fresh, ViewLog log) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            await fresh.CatchUpAsync(context.HttpContext.RequestAborted);
        }
        catch (StateUnavailableException e) when (HttpMethods.IsGet(context.HttpContext.Request.Method))
        {
            log.AnsweredFromView(e); // people look most when something is wrong
            context.HttpContext.Response.Headers[AdminHeaders.Stale] = "1";
        }

        return await next(context);
    }
}
