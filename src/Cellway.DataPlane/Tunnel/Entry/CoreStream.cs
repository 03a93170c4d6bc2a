using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>A tunnel's stream to a Core. Before the answer it reports to the opening, after it to the splice.</summary>
internal sealed class CoreStream(EntryOpening opening) : StreamHandler
{
    private EntryOpening? _opening = opening;
    private volatile EntrySplice? _splice;

    public override void OnHeaders(HeaderList headers, bool endStream)
    {
        if (_splice is { } splice)
        {
            splice.OnCoreTrailers(headers["grpc-status"u8].SequenceEqual("0"u8));
        }
        else if (_opening is { } opening)
        {
            Answer(opening, headers, endStream);
        }
    }

    public override void OnData(ReadOnlySpan<byte> data) => _splice?.OnCoreData(data);

    public override void OnEnd()
    {
        if (_splice is { } splice)
        {
            splice.OnCoreEnd();
        }
        else
        {
            _opening?.Fail(this, OpenOutcome.Refused);
        }
    }

    public override void OnReset(Http2ErrorCode code)
    {
        if (_splice is { } splice)
        {
            splice.OnCoreReset();
        }
        else
        {
            // Neither says anything about the tunnel: another connection may carry it.
            _opening?.Fail(this, code is Http2ErrorCode.ConnectionLost or Http2ErrorCode.RefusedStream ? OpenOutcome.Lost : OpenOutcome.Refused);
        }
    }

    public override void OnSent(int bytes)
    {
        if (_splice is { } splice)
        {
            splice.OnCoreSent(bytes);
        }
        else
        {
            _opening?.NoteSent(this, bytes);
        }
    }

    private void Answer(EntryOpening opening, HeaderList headers, bool endStream)
    {
        if (!headers[":status"u8].SequenceEqual("200"u8) || !headers["content-type"u8].StartsWith("application/grpc"u8))
        {
            opening.Fail(this, OpenOutcome.Refused);
            return;
        }

        if (opening.Accept(this) is not { } splice)
        {
            Stream.Reset(Http2ErrorCode.Cancel);
            return;
        }

        _splice = splice;
        _opening = null;
        if (endStream)
        {
            splice.OnCoreTrailers(headers["grpc-status"u8].SequenceEqual("0"u8));
        }
    }
}
