using System.Globalization;
using System.Net;

namespace Cellway.DataPlane.Cover;

/// <summary>Conditional requests by nginx's rules (<c>if_modified_since exact</c>).</summary>
internal static class Preconditions
{
    /// <returns>304 or 412 instead of the file, or <see langword="null"/>.</returns>
    public static HttpStatusCode? Check(CoverRequest request, CoverFile file)
    {
        if (request.IfUnmodifiedSince is { } since && !(TryParse(since, out var limit) && limit >= file.Modified))
        {
            return HttpStatusCode.PreconditionFailed;
        }

        if (request.IfMatch is { } match && !Matches(match, file.ETag, weak: false))
        {
            return HttpStatusCode.PreconditionFailed;
        }

        // With both headers nginx answers 304 only when both say so.
        return (request.IfNoneMatch is not null || request.IfModifiedSince is not null)
            && (request.IfModifiedSince is not { } modified || IsExactly(modified, file))
            && (request.IfNoneMatch is not { } none || Matches(none, file.ETag, weak: true))
            ? HttpStatusCode.NotModified
            : null;
    }

    /// <summary>Whether <c>If-Range</c> lets ranges be served.</summary>
    public static bool AllowRange(CoverRequest request, CoverFile file) =>
        request.IfRange is not { } condition
        || (condition.Length >= 2 && condition[^1] == '"' ? condition == file.ETag : IsExactly(condition, file));

    private static bool IsExactly(string date, CoverFile file) => TryParse(date, out var time) && time == file.Modified;

    private static bool TryParse(string date, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    private static bool Matches(string list, string tag, bool weak) =>
        list == "*" || list.Split(',').Any(item => item.Trim(' ') is var t && (weak && t.StartsWith("W/", StringComparison.Ordinal) ? t[2..] : t) == tag);
}
