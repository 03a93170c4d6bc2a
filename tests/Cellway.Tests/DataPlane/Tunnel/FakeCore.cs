using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;
using Cellway.Tests.DataPlane.Http2;

namespace Cellway.Tests.DataPlane.Tunnel;

/// <summary>A Core's side of a connection: notes what its streams get.</summary>
/// <param name="arrived">Called when a stream got its first bytes; answers, or does not.</param>
internal sealed class FakeCore(Action<RecordingHandler> arrived) : ConnectionHandler
{
    public List<RecordingHandler> Streams { get; } = [];

    /// <summary>Takes every tunnel.</summary>
    public static void Take(RecordingHandler stream) => stream.Stream.SendHeaders(Http2Pair.Ok);

    /// <summary>Answers as a web site.</summary>
    public static void Refuse(RecordingHandler stream) => stream.Stream.SendHeaders(new HpackWriter().Indexed(13).Written, endStream: true);

    /// <summary>Dies without an answer.</summary>
    public static void Die(RecordingHandler stream) => stream.Stream.Connection.Abort();

    public override StreamHandler OnRequest(Http2Stream stream, HeaderList headers)
    {
        var record = new RecordingHandler { AutoCredit = false };
        Streams.Add(record);
        return new Handler(record, arrived);
    }

    private sealed class Handler(RecordingHandler record, Action<RecordingHandler> arrived) : StreamHandler
    {
        private bool _seen;

        public override void OnHeaders(HeaderList headers, bool endStream)
        {
            record.Stream = Stream;
            record.OnHeaders(headers, endStream);
        }

        public override void OnData(ReadOnlySpan<byte> data)
        {
            record.OnData(data);
            if (!_seen)
            {
                _seen = true;
                arrived(record);
            }
        }

        public override void OnEnd() => record.OnEnd();

        public override void OnReset(Http2ErrorCode code) => record.OnReset(code);
    }
}
