using System.Buffers;
using System.Net;
using System.Text;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.WebSocket;
using HttpVersion = Cellway.DataPlane.Http1.HttpVersion;

namespace Cellway.Fuzz.Targets;

internal static class Http1Target
{
    // Small buffers, so that inputs reach their borders.
    private static readonly Http1Options s_tight = new() { HeaderBuffer = 64, LargeBuffers = 2, LargeBufferSize = 256, MaxRequests = 4 };

    public static void Check(byte[] input)
    {
        CheckHead(input);
        var options = input.Length % 2 == 0 ? new() : s_tight;
        var whole = Converse(options, new(input, inPieces: false), out var requests);
        var pieces = Converse(options, new(input, inPieces: true), out var again);
        var common = Math.Min(requests.Count, again.Count);
        FuzzException.ThrowUnless(requests.Take(common).SequenceEqual(again.Take(common)), "other requests in pieces");

        // As in nginx, chunks that are broken decide on the answer only if they came together with the head.
        FuzzException.ThrowUnless(
            whole.AsSpan().SequenceEqual(pieces) || requests.Exists(r => r.Contains("[transfer-encoding, ", StringComparison.Ordinal)), "another answer in pieces");
        FuzzException.ThrowUnless(requests.Count <= options.MaxRequests, "more requests than a connection carries");
    }

    private static void CheckHead(byte[] input)
    {
        RequestHeadReader reader = new(new());
        var status = reader.Read(input, out var consumed, out var fault);
        FuzzException.ThrowUnless(consumed <= input.Length, "consumed more than there is");
        FuzzException.ThrowUnless(status != OperationStatus.InvalidData || fault.Status > 0, "invalid data without a fault");
        if (status != OperationStatus.Done || reader.Request!.Line.Version == HttpVersion.Http09)
        {
            return;
        }

        var request = reader.Request;
        var version = request.Line.Version == HttpVersion.Http11 ? "1.1" : "1.0";
        var origin = request.Line.Host is { } host ? $"http://{host}" : "";
        StringBuilder text = new($"{request.Line.Method} {origin}{request.Line.Target} HTTP/{version}\r\n");
        foreach (var (name, value) in request.Headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        var canonical = Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
        RequestHeadReader second = new(new() { HeaderBuffer = 1 << 16 });
        FuzzException.ThrowUnless(second.Read(canonical, out consumed, out _) == OperationStatus.Done && consumed == canonical.Length, "the canonical head is none");
        var same = second.Request!;
        FuzzException.ThrowUnless(same.Line == request.Line && same.Headers.SequenceEqual(request.Headers), "the canonical head reads as another request");
        FuzzException.ThrowUnless(
            (same.Host, same.ContentLength, same.IsChunked, same.Wish) == (request.Host, request.ContentLength, request.IsChunked, request.Wish),
            "the canonical head means something else");
        if (WebSocketUpgrade.TryCreate(request) is { } upgrade)
        {
            var head = Encoding.Latin1.GetString(upgrade.Head.Span);
            FuzzException.ThrowUnless(
                head.EndsWith("\r\n\r\n", StringComparison.Ordinal) && head.Count(c => c is '\r' or '\n') is 10 or 12, "a header smuggled into the answer");
        }
    }

    private static byte[] Converse(Http1Options options, FuzzStream stream, out List<string> requests)
    {
        Site site = new();
        using Http1Connection connection = new(new(stream, bulk: null), site, options, new("192.0.2.1", 443, System.Net.IPAddress.Loopback), new StillTime(), CancellationToken.None);
        var run = connection.RunAsync();
        FuzzException.ThrowUnless(run.IsCompleted, "waits although all is there");
        run.GetAwaiter().GetResult();
        requests = site.Requests;
        return stream.Written;
    }

    /// <summary>Answers everything and notes what it was asked.</summary>
    private sealed class Site : IHttp1Site
    {
        public List<string> Requests { get; } = [];

        public ValueTask<CoverAnswer> AnswerAsync(CoverRequest request, CancellationToken cancellationToken)
        {
            Requests.Add($"{request.Method} {request.Origin} {request.Target} {string.Join('|', request.Headers)}");
            return new(new CoverAnswer(HttpStatusCode.OK, [], "x"u8.ToArray()) { TakesBody = request.Method == "GET" });
        }

        public IHttp1Takeover? TryTakeOver(Http1Request request, Http1Peer peer) => null;
    }
}
