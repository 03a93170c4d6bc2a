using System.Globalization;
using System.Net;
using System.Text;
using Cellway.DataPlane.Http1;

namespace Cellway.DataPlane.Cover;

/// <summary>Answers about one file: whole, in part, unchanged.</summary>
internal static class FileAnswer
{
    // nginx numbers the boundaries of one worker process, from 1.
    private static long s_boundary;

    public static CoverAnswer Of(CoverRequest request, CoverFile file)
    {
        var padded = ErrorPage.IsPaddedFor(request.UserAgent);
        switch (Preconditions.Check(request, file))
        {
            case HttpStatusCode.NotModified:
                return new(HttpStatusCode.NotModified, [new("last-modified", file.LastModified), new("etag", file.ETag)], default) { TakesBody = true };
            case { } failed:
                return ErrorPage.Of(failed, Http1Reason.None, padded) with { TakesBody = true };
        }

        var length = file.Body.Length;
        var header = request.IsBare || !Preconditions.AllowRange(request, file) ? null : request.Range;
        if (!RangeHeader.TryParse(header, length, out var ranges))
        {
            return ErrorPage.Of(
                HttpStatusCode.RequestedRangeNotSatisfiable, Http1Reason.None, padded, KeyValuePair.Create("content-range", $"bytes */{length}")) with
            {
                TakesBody = true,
            };
        }

        return ranges switch
        {
            null => Answer(HttpStatusCode.OK, file, file.ContentType, file.Body, KeyValuePair.Create("accept-ranges", "bytes")),
            [var one] => Answer(
                HttpStatusCode.PartialContent,
                file,
                file.ContentType,
                file.Body.AsMemory(one.Start, one.Length),
                KeyValuePair.Create("content-range", Describe(one, length))),
            _ => Several(file, ranges),
        };
    }

    private static CoverAnswer Several(CoverFile file, List<ByteRange> ranges)
    {
        var boundary = Interlocked.Increment(ref s_boundary).ToString("D20", CultureInfo.InvariantCulture);
        using var body = new MemoryStream();
        foreach (var range in ranges)
        {
            Write($"\r\n--{boundary}\r\nContent-Type: {file.ContentType}\r\nContent-Range: {Describe(range, file.Body.Length)}\r\n\r\n");
            body.Write(file.Body, range.Start, range.Length);
        }

        Write($"\r\n--{boundary}--\r\n");
        return Answer(HttpStatusCode.PartialContent, file, $"multipart/byteranges; boundary={boundary}", body.ToArray());

        void Write(string text) => body.Write(Encoding.ASCII.GetBytes(text));
    }

    private static CoverAnswer Answer(
        HttpStatusCode status, CoverFile file, string type, ReadOnlyMemory<byte> body, params KeyValuePair<string, string>[] last) =>
        new(status, [new("content-type", type), new("last-modified", file.LastModified), new("etag", file.ETag), .. last], body) { TakesBody = true };

    private static string Describe(ByteRange range, int length) =>
        string.Create(CultureInfo.InvariantCulture, $"bytes {range.Start}-{range.End - 1}/{length}");
}
