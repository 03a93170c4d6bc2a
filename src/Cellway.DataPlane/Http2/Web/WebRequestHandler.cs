using System.Buffers;
using Cellway.DataPlane.Http2.Frames;

namespace Cellway.DataPlane.Http2.Web;

/// <summary>Base for ordinary web requests: answers with a head and, at the client's pace, a body.</summary>
/// <remarks>
/// The request body is dropped without credit, as nginx does for a static site: a client may send one initial window of it.
/// Frames and order are nginx's: HEADERS, DATA … with END_STREAM on the last, then RST_STREAM(NO_ERROR) if the request was
/// not finished.
/// </remarks>
internal abstract class WebRequestHandler : StreamHandler
{
    private const int ChunkSize = 32 * 1024;

    private readonly Lock _gate = new();
    private TaskCompletionSource? _writable;

    /// <summary>Answers without a body: HEADERS with END_STREAM.</summary>
    public void Respond(ReadOnlySpan<byte> head) => Stream.SendHeaders(head, endStream: true);

    /// <summary>Answers with a body that is in memory; queued whole if the client's window is small.</summary>
    public void Respond(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            Respond(head);
            return;
        }

        using var turn = Turn.Begin();
        Stream.SendHeaders(head);
        Stream.SendData(body);
        Stream.SendEnd();
    }

    /// <summary>Answers with a body that is read as the client takes it, 32 KB at a time.</summary>
    /// <param name="head">The encoded response head.</param>
    /// <param name="body">The body; not disposed here.</param>
    /// <param name="length">Bytes to send; a source that ends early resets the stream with INTERNAL_ERROR.</param>
    /// <param name="cancellationToken">Cancels the reading and resets the stream.</param>
    /// <returns>Whether the whole body was handed over.</returns>
    public async Task<bool> RespondAsync(ReadOnlyMemory<byte> head, Stream body, long length, CancellationToken cancellationToken)
    {
        if (!Stream.SendHeaders(head.Span, endStream: length == 0))
        {
            return false;
        }

        byte[]? buffer = null;
        try
        {
            while (length > 0)
            {
                var quota = await WaitForQuotaAsync(cancellationToken);
                if (quota < 0)
                {
                    return false;
                }

                buffer ??= ArrayPool<byte>.Shared.Rent(ChunkSize);
                var count = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(Math.Min(quota, ChunkSize), length)), cancellationToken);
                if (count == 0)
                {
                    Stream.Reset(Http2ErrorCode.InternalError);
                    return false;
                }

                length -= count;
                Send(buffer.AsSpan(0, count), last: length == 0);
            }

            return true;
        }
        catch (Exception)
        {
            Stream.Reset(Http2ErrorCode.InternalError);
            throw;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <inheritdoc/>
    public override void OnWritable() => Wake();

    /// <inheritdoc/>
    public override void OnReset(Http2ErrorCode code) => Wake();

    private void Send(ReadOnlySpan<byte> bytes, bool last)
    {
        // One turn, so that END_STREAM can sit on the last DATA frame.
        using var turn = Turn.Begin();
        Stream.SendData(bytes);
        if (last)
        {
            Stream.SendEnd();
        }
    }

    private async ValueTask<int> WaitForQuotaAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task writable;
            lock (_gate)
            {
                // Asked under the gate: OnWritable may come before SendQuota returns, and then waits here.
                var quota = Stream.SendQuota();
                if (quota != 0)
                {
                    return quota;
                }

                _writable = new(TaskCreationOptions.RunContinuationsAsynchronously);
                writable = _writable.Task;
            }

            await writable.WaitAsync(cancellationToken);
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            _writable?.TrySetResult();
            _writable = null;
        }
    }
}
