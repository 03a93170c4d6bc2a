using System.Buffers;
using System.Net;

namespace Cellway.DataPlane.Http1;

/// <summary>Reads the head of one request, keeping count of the buffers that nginx would have used for it.</summary>
/// <remarks>
/// nginx puts lines behind each other into a buffer of 1 KB, then into up to four of 8 KB; a line that does not fit moves to the
/// next buffer. How much a head may hold therefore depends on where its lines end, and a probe can tell.
/// </remarks>
internal sealed class RequestHeadReader(Http1Options options)
{
    private int _size = options.HeaderBuffer;
    private int _used;
    private int _large;
    private bool _targetChecked;

    /// <summary>The request, once its first line is there.</summary>
    public Http1Request? Request { get; private set; }

    /// <summary>Goes on with what was received.</summary>
    /// <param name="input">The bytes behind those consumed so far.</param>
    /// <param name="consumed">Bytes used up, whole lines only.</param>
    /// <param name="fault">What is wrong.</param>
    public OperationStatus Read(ReadOnlySpan<byte> input, out int consumed, out Http1Fault fault)
    {
        consumed = 0;
        while (true)
        {
            var rest = input[consumed..];
            var isFirst = Request is null;
            OperationStatus status;
            HeaderLine header = default;
            int length;
            if (isFirst)
            {
                status = RequestLineReader.Read(rest, out var line, out length, out fault);
                Request = status == OperationStatus.Done ? new(line) : null;
            }
            else
            {
                fault = new(HttpStatusCode.BadRequest);
                status = HeaderLineReader.Read(rest, out header, out length);
            }

            if (!Fits(status == OperationStatus.NeedMoreData ? rest.Length : length, status == OperationStatus.NeedMoreData))
            {
                fault = isFirst ? new(HttpStatusCode.RequestUriTooLong) : new(HttpStatusCode.BadRequest, Http1Reason.HeaderTooLarge);
                return OperationStatus.InvalidData;
            }

            if (status != OperationStatus.Done)
            {
                return status;
            }

            consumed += length;
            if (CheckLine(isFirst, header) is { } found)
            {
                fault = found;
                return OperationStatus.InvalidData;
            }

            if (Request!.Line.Version == HttpVersion.Http09)
            {
                return OperationStatus.Done;
            }

            if (!isFirst && header.Name.Length == 0)
            {
                return Finish(out fault);
            }
        }
    }

    private Http1Fault? CheckLine(bool isFirst, HeaderLine header)
    {
        if (!isFirst)
        {
            return header.Name.Length == 0 ? null : Request!.Add(header);
        }

        if (_targetChecked)
        {
            return null;
        }

        _targetChecked = true;
        var line = Request!.Line;
        return Cover.CoverPath.Normalise(line.Target) is null || (line.Host is not null && Request.Host is null)
            ? new(HttpStatusCode.BadRequest, WithoutHead: line.Version == HttpVersion.Http09)
            : null;
    }

    private OperationStatus Finish(out Http1Fault fault)
    {
        if (Request!.Complete() is { } found)
        {
            fault = found;
            return OperationStatus.InvalidData;
        }

        fault = default;
        return OperationStatus.Done;
    }

    private bool Fits(int length, bool isPartial)
    {
        if (_used + length < _size || (!isPartial && _used + length == _size))
        {
            _used += isPartial ? 0 : length;
            return true;
        }

        if (_large == options.LargeBuffers || length > options.LargeBufferSize || (isPartial && length == options.LargeBufferSize))
        {
            return false;
        }

        _large++;
        _size = options.LargeBufferSize;
        _used = isPartial ? 0 : length;
        return true;
    }
}
