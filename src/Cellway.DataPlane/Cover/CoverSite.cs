using System.Collections.Frozen;
using System.Net;
using Cellway.DataPlane.Http1;

namespace Cellway.DataPlane.Cover;

/// <summary>The web site that strangers see: static files and an nginx's error pages. Knows nothing of the server below.</summary>
internal sealed class CoverSite
{
    private const int MaxBytes = 64 * 1024 * 1024;

    // The date of the stock page in nginx 1.22.1, the version that wire.md 7 was measured against.
    private static readonly DateTimeOffset s_stockDate = new(2022, 10, 19, 8, 2, 20, TimeSpan.Zero);

    private readonly FrozenDictionary<string, CoverFile> _files;
    private readonly FrozenSet<string> _directories;

    private CoverSite(Dictionary<string, CoverFile> files, IEnumerable<string> directories)
    {
        _files = files.ToFrozenDictionary(StringComparer.Ordinal);
        _directories = directories.Append("/").ToFrozenSet(StringComparer.Ordinal);
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
            return new(files, []);
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

            files[PathOf(root, file)] = new(MediaTypes.Of(file.Name), file.LastWriteTimeUtc, File.ReadAllBytes(file.FullName));
        }

        return new(files, root.EnumerateDirectories("*", SearchOption.AllDirectories).Select(d => PathOf(root, d) + "/"));
    }

    /// <summary>Answers any request.</summary>
    public CoverAnswer Answer(CoverRequest request)
    {
        if (CoverPath.Normalise(request.Target) is not { } path)
        {
            return Error(request, HttpStatusCode.BadRequest);
        }

        // nginx's static module looks at the method before it looks for the file, and at POST after it.
        if (request.Method is not ("GET" or "HEAD" or "POST"))
        {
            return Error(request, HttpStatusCode.MethodNotAllowed);
        }

        if (!path.EndsWith('/') && _directories.Contains(path + "/"))
        {
            var query = request.Target.IndexOf('?', StringComparison.Ordinal);
            var location = request.Origin + path + "/" + (query >= 0 && query < request.Target.Length - 1 ? request.Target[query..] : "");
            return Error(request, HttpStatusCode.MovedPermanently, KeyValuePair.Create("location", location));
        }

        if (!_files.TryGetValue(path.EndsWith('/') ? path + "index.html" : path, out var file))
        {
            return Error(request, _directories.Contains(path) ? HttpStatusCode.Forbidden : HttpStatusCode.NotFound);
        }

        return request.Method == "POST" ? Error(request, HttpStatusCode.MethodNotAllowed) : FileAnswer.Of(request, file);
    }

    private static CoverAnswer Error(CoverRequest request, HttpStatusCode status, params KeyValuePair<string, string>[] headers) =>
        ErrorPage.Of(status, Http1Reason.None, ErrorPage.IsPaddedFor(request.UserAgent), headers);

    private static string PathOf(DirectoryInfo root, FileSystemInfo item) => "/" + Path.GetRelativePath(root.FullName, item.FullName).Replace('\\', '/');
}
