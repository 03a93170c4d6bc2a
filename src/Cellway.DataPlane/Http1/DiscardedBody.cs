using System.Buffers;

namespace Cellway.DataPlane.Http1;

/// <summary>A request's body, of which only the end matters: a static site reads none.</summary>
internal struct DiscardedBody
{
    private ChunkedBody _chunks;
    private long _remaining;
    private bool _isChunked;

    /// <summary>The body that a request announces.</summary>
    public static DiscardedBody Of(Http1Request request) =>
        new() { _remaining = Math.Max(0, request.ContentLength), _isChunked = request.IsChunked };

    /// <summary>Goes on.</summary>
    /// <param name="input">The bytes that follow those of the last call.</param>
    /// <param name="consumed">How many of them belong to the body.</param>
    public OperationStatus Read(ReadOnlySpan<byte> input, out int consumed)
    {
        if (_isChunked)
        {
            return _chunks.Read(input, out consumed);
        }

        consumed = (int)Math.Min(_remaining, input.Length);
        _remaining -= consumed;
        return _remaining == 0 ? OperationStatus.Done : OperationStatus.NeedMoreData;
    }
}
