using System.Text.Json;
using Cellway.Manager.Access;
using Cellway.Model.State;
using Microsoft.AspNetCore.Http;

namespace Cellway.Manager.Api;

/// <summary>Turns what an admin request can meet into an answer that says what to do.</summary>
internal sealed class AdminErrors(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (AdminException e)
        {
            await AnswerAsync(context, e.Status, e.Code, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            await AnswerAsync(context, e.StatusCode, "invalid", "The request is not one this version understands: use the cellway program of the same version.");
        }
        catch (StateUnavailableException e)
        {
            // Only an operator may read about disks and members.
            var reason = context.User.IsInRole(RoleNames.Operator) ? e.Message : "The state cannot be reached now.";
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "unavailable", reason);
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(new AdminError(code, message), AdminJson.Default.AdminError), context.RequestAborted).AsTask();
    }
}
