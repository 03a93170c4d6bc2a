using System.Buffers.Text;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Waits for the end of a response, whatever it says.</summary>
internal sealed class ProbeStream : StreamHandler
{
    private readonly TaskCompletionSource<int?> _status = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _code;

    /// <summary>The HTTP status, or <see langword="null"/> when the stream was cut.</summary>
    public Task<int?> Status => _status.Task;

    public override void OnHeaders(HeaderList headers, bool endStream)
    {
        if (_code == 0 && Utf8Parser.TryParse(headers[":status"u8], out int code, out _))
        {
            _code = code;
        }
    }

    public override void OnData(ReadOnlySpan<byte> data) => Stream.Credit(data.Length);

    public override void OnEnd() => _status.TrySetResult(_code);

    public override void OnReset(Http2ErrorCode code) => _status.TrySetResult(null);
}
