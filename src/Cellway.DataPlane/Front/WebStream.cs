using System.Net;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;
using Cellway.DataPlane.Http2.Web;

namespace Cellway.DataPlane.Front;

/// <summary>One request for the site over HTTP/2.</summary>
internal sealed class WebStream(IHttp1Site site, Http1Peer peer, TimeProvider time, CancellationToken closed) : WebRequestHandler
{
    private const int QueuedAtMost = 64 * 1024;

    private bool _isHead;

    /// <summary>Answers as the site would, for a stream that turned out to be no tunnel.</summary>
    public void Refuse(CoverRequest request) => Send(site.AnswerAsync(request, closed));

    /// <inheritdoc/>
    public override void OnHeaders(HeaderList headers, bool endStream)
    {
        var request = WebRequestHead.Read(headers, peer, out var isBad);
        _isHead = request.Method == "HEAD";
        Send(isBad
            ? new(ErrorPage.Of(
                HttpStatusCode.BadRequest,
                headers.IsTruncated ? Http1Reason.HeaderTooLarge : Http1Reason.None,
                ErrorPage.IsPaddedFor(request.UserAgent)))
            : site.AnswerAsync(request, closed));
    }

    private void Send(ValueTask<CoverAnswer> answer)
    {
        if (answer.IsCompletedSuccessfully)
        {
            Send(answer.Result);
        }
        else
        {
            _ = SendLaterAsync(answer);
        }
    }

    private async Task SendLaterAsync(ValueTask<CoverAnswer> answer)
    {
        try
        {
            Send(await answer);
        }
        catch (Exception)
        {
            Stream.Reset(Http2ErrorCode.InternalError); // nobody waits for this task; the site logs what failed there
        }
    }

    private void Send(CoverAnswer answer)
    {
        var head = ResponseHead.Of(answer, time.GetUtcNow());
        if (_isHead || answer.Body.IsEmpty)
        {
            Respond(head);
        }
        else if (answer.Body.Length <= QueuedAtMost)
        {
            Respond(head, answer.Body.Span);
        }
        else
        {
            _ = SendSlowlyAsync(head, answer.Body);
        }
    }

    private async Task SendSlowlyAsync(byte[] head, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var source = new MemoryStream(body.ToArray(), writable: false);
            await RespondAsync(head, source, body.Length, closed);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The connection is gone.
        }
    }
}
