using System.Net;
using Microsoft.AspNetCore.Http;

namespace Cellway.DataPlane.Cover;

/// <summary>Sends an answer through Kestrel.</summary>
internal static class CoverWriter
{
    public static async Task WriteAsync(HttpContext http, CoverAnswer answer)
    {
        var response = http.Response;
        response.StatusCode = (int)answer.Status;
        response.Headers.Server = StatusText.Server;
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        if (answer.Status is HttpStatusCode.NotModified or HttpStatusCode.NoContent)
        {
            return;
        }

        response.ContentLength = answer.Body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await response.BodyWriter.WriteAsync(answer.Body, http.RequestAborted);
        }
    }
}
