using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text;

namespace Cellway.DataPlane.Cover;

/// <summary>The web site that strangers see: static files and an nginx's error pages. Knows nothing of the server below.</summary>
internal sealed class CoverSite
{
    private const int MaxBytes = 64 * 1024 * 1024;

    // The date of the stock page in nginx 1.22.1, the version that wire.md 7 was measured against.
    private static readonly DateTimeOffset s_stockDate = new(2022, 10, 19, 8, 2, 20, TimeSpan.Zero);

    private readonly FrozenDictionary<string, CoverFile> _files;
    private readonly FrozenSet<string> _directories;

    private CoverSite(Dictionary<string, CoverFile> files)
    {
        _files = files.ToFrozenDictionary(StringComparer.Ordinal);
        _directories = files.Keys.SelectMany(DirectoriesOf).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Reads the site into memory.</summary>
    /// <exception cref="IOException">The directory cannot be read, or holds more than 64 MiB.</exception>
    public static CoverSite Load(CoverOptions options)
    {
        var files = new Dictionary<string, CoverFile>(StringComparer.Ordinal);
        if (options.Directory is null)
        {
            using var stream = typeof(CoverSite).Assembly.GetManifestResourceStream("cover/index.html")!;
            var page = new byte[stream.Length];
            stream.ReadExactly(page);
            files["/index.html"] = new("text/html", s_stockDate, page);
            return new(files);
        }

        long total = 0;
        var root = new DirectoryInfo(options.Directory);
        foreach (var file in root.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            total += file.Length;
            if (total > MaxBytes)
            {
                throw new IOException($"The cover site holds more than {MaxBytes >> 20} MiB.");
            }

            var path = "/" + Path.GetRelativePath(root.FullName, file.FullName).Replace('\\', '/');
            files[path] = new(MediaTypes.Of(file.Name), file.LastWriteTimeUtc, File.ReadAllBytes(file.FullName));
        }

        return new(files);
    }

    /// <summary>Answers any request.</summary>
    public CoverAnswer Answer(CoverRequest request)
    {
        if (CoverPath.Normalise(request.Target) is not { } path)
        {
            return Error(HttpStatusCode.BadRequest);
        }

        if (!path.EndsWith('/') && _directories.Contains(path + "/"))
        {
            return Error(HttpStatusCode.MovedPermanently, KeyValuePair.Create("location", request.Origin + path + "/"));
        }

        if (!_files.TryGetValue(path.EndsWith('/') ? path + "index.html" : path, out var file))
        {
            return Error(_directories.Contains(path) ? HttpStatusCode.Forbidden : HttpStatusCode.NotFound);
        }

        return request.Method is "GET" or "HEAD" ? Conditional(request, file) : Error(HttpStatusCode.MethodNotAllowed);
    }

    /// <summary>A stock error page.</summary>
    public static CoverAnswer Error(HttpStatusCode status, params KeyValuePair<string, string>[] headers)
    {
        var title = TitleOf(status);
        var page = $"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
            + "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
        return new(status, [new("content-type", "text/html"), .. headers], Encoding.ASCII.GetBytes(page));
    }

    private static string TitleOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.MovedPermanently => "301 Moved Permanently",
        HttpStatusCode.BadRequest => "400 Bad Request",
        HttpStatusCode.Forbidden => "403 Forbidden",
        HttpStatusCode.NotFound => "404 Not Found",
        HttpStatusCode.MethodNotAllowed => "405 Not Allowed",
        HttpStatusCode.PreconditionFailed => "412 Precondition Failed",
        HttpStatusCode.RequestedRangeNotSatisfiable => "416 Requested Range Not Satisfiable",
        HttpStatusCode.BadGateway => "502 Bad Gateway",
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)status} {status}"),
    };

    private static IEnumerable<string> DirectoriesOf(string path)
    {
        for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..(slash + 1)];
        }

        yield return "/";
    }

    private static CoverAnswer Conditional(CoverRequest request, CoverFile file)
    {
        if ((request.IfMatch is { } match && !Matches(match, file)) || (request.IfUnmodifiedSince is { } since && IsAfter(file, since)))
        {
            return Error(HttpStatusCode.PreconditionFailed);
        }

        // With both headers nginx answers 304 only when both say so.
        var conditional = request.IfNoneMatch is not null || request.IfModifiedSince is not null;
        if (conditional
            && (request.IfNoneMatch is null || Matches(request.IfNoneMatch, file))
            && (request.IfModifiedSince is null || request.IfModifiedSince == file.LastModified))
        {
            return new(HttpStatusCode.NotModified, [new("last-modified", file.LastModified), new("etag", file.ETag)], default);
        }

        return Ranged(request, file);
    }

    private static CoverAnswer Ranged(CoverRequest request, CoverFile file)
    {
        var length = file.Body.Length;
        var range = request.IfRange is null || request.IfRange == file.ETag || request.IfRange == file.LastModified
            ? ByteRange.Parse(request.Range, length)
            : ByteRange.Whole;
        if (range == ByteRange.Unsatisfiable)
        {
            return Error(HttpStatusCode.RequestedRangeNotSatisfiable, KeyValuePair.Create("content-range", $"bytes */{length}"));
        }

        List<KeyValuePair<string, string>> headers =
        [
            new("content-type", file.ContentType), new("last-modified", file.LastModified), new("etag", file.ETag),
        ];
        if (range == ByteRange.Whole)
        {
            headers.Add(new("accept-ranges", "bytes"));
            return new(HttpStatusCode.OK, headers, file.Body);
        }

        headers.Add(new("content-range", $"bytes {range.First}-{range.Last}/{length}"));
        return new(HttpStatusCode.PartialContent, headers, file.Body.AsMemory(range.First, range.Last - range.First + 1));
    }

    private static bool Matches(string list, CoverFile file) =>
        list.Trim() == "*" || list.Split(',').Any(tag => tag.Trim() is var t && (t.StartsWith("W/", StringComparison.Ordinal) ? t[2..] : t) == file.ETag);

    private static bool IsAfter(CoverFile file, string date) =>
        DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, out var limit)
        && DateTimeOffset.Parse(file.LastModified, CultureInfo.InvariantCulture) > limit;
}
