using Cellway.Manager.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Audit;

/// <summary>Every request that may change something leaves an entry: with what it writes, or of its own when it writes nothing. A new endpoint needs nothing for it.</summary>
internal sealed class AuditedCalls(RequestDelegate next, Acts acts, Refusals refusals)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint || !ActNames.Changes(endpoint))
        {
            await next(context);
            return;
        }

        using var act = acts.Begin(Actors.Of(context.User), ActNames.Of(endpoint), ActNames.SubjectOf(context, endpoint));
        try
        {
            await next(context);
        }
        catch (AdminException e)
        {
            await refusals.RecordAsync(act.Who, act.What, act.Subject, e.Code);
            throw;
        }
        catch (BadHttpRequestException)
        {
            await refusals.RecordAsync(act.Who, act.What, act.Subject, "invalid");
            throw;
        }

        if (!act.IsRecorded)
        {
            await refusals.RecordAsync(act.Who, act.What, act.Subject, Model.Audit.AuditAct.Unchanged);
        }
    }
}
