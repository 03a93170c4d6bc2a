using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cellway.DataPlane.Cover;

/// <summary>Makes cover requests of what servers hand over.</summary>
internal static class CoverRequestOf
{
    public static CoverRequest Http(HttpContext http)
    {
        var headers = http.Request.Headers;
        return new()
        {
            Method = http.Request.Method,
            Target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            Origin = $"https://{http.Request.Host.Value}",
            IfNoneMatch = headers.IfNoneMatch,
            IfModifiedSince = headers.IfModifiedSince,
            IfMatch = headers.IfMatch,
            IfUnmodifiedSince = headers.IfUnmodifiedSince,
            Range = headers.Range,
            IfRange = headers.IfRange,
        };
    }
}
