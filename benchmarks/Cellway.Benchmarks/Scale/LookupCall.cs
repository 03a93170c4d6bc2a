using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.Benchmarks.Scale;

/// <summary>One lookup as a call of its own.</summary>
internal sealed class LookupCall(IAsker asker, int number) : StreamHandler
{
    public static readonly byte[] Head = NodeConnection.HeadOf("Resolve");

    private bool _answered;

    public override void OnHeaders(HeaderList headers, bool endStream)
    {
        if (headers.TryGet("grpc-status"u8, out var status) && (!status.SequenceEqual("0"u8) || !_answered))
        {
            asker.Failed();
        }
    }

    public override void OnData(ReadOnlySpan<byte> data)
    {
        Stream.Credit(data.Length);
        if (!_answered)
        {
            _answered = true; // an answer is smaller than a frame
            asker.Answered(number);
        }
    }

    public override void OnReset(Http2ErrorCode code)
    {
        if (!_answered)
        {
            asker.Failed();
        }
    }
}
