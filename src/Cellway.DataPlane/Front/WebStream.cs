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
    private CoverRequest? _request; // until it is answered
    private CoverAnswer? _refusal;

    /// <summary>Answers as the site would, for a stream that turned out to be no tunnel.</summary>
    public void Refuse(CoverRequest request) => Send(site.AnswerAsync(request, closed));

    /// <inheritdoc/>
    public override void OnHeaders(HeaderList headers, bool endStream)
    {
        _request = WebRequestHead.Read(headers, peer, out var isBad);
        _isHead = _request.Method == "HEAD";
        if (isBad)
        {
            var reason = headers.IsTruncated ? Http1Reason.HeaderTooLarge : Http1Reason.None;
            _refusal = ErrorPage.Of(HttpStatusCode.BadRequest, reason, ErrorPage.IsPaddedFor(_request.UserAgent));
        }

        if (!endStream)
        {
            Answer();
        }
    }

    /// <inheritdoc/>
    public override void OnEnd()
    {
        // Answered only now when the head was all: a reset follows an answer to a request that is still open.
        if (_request is not null)
        {
            Answer();
        }
    }

    private void Answer()
    {
        var request = _request!;
        _request = null;
        Send(_refusal is null ? site.AnswerAsync(request, closed) : new(_refusal));
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
