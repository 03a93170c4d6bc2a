using System.Buffers.Text;
using System.Text;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.DataPlane.Tunnel.Entry.Reach;

/// <summary>Sends bytes to a Core, once it has answered, and waits for them to come back.</summary>
internal sealed class EchoStream(int bytes) : StreamHandler
{
    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _status;
    private int _received;

    /// <summary>Whether everything came back, or the Core answered as a web site: one of an older version. False when the stream was cut.</summary>
    public Task<bool> Ended => _ended.Task;

    /// <summary>Whether the Core has answered at all.</summary>
    public bool IsAnswered => Volatile.Read(ref _status) != 0;

    /// <summary>Grows with whatever comes.</summary>
    public int Progress => Volatile.Read(ref _received) + (IsAnswered ? 1 : 0);

    /// <summary>The request that a Core answers with what it is sent; to a stranger it is a page that is not there.</summary>
    public static byte[] HeadFor(CoreRoute route, string serviceName) => new HpackWriter().Add(":method"u8, "POST"u8).Add(":scheme"u8, "https"u8)
        .Add(":path"u8, Encoding.Latin1.GetBytes($"/{serviceName}/Echo")).Add(":authority"u8, Encoding.Latin1.GetBytes(route.ExitDomain))
        .Add("content-type"u8, "application/grpc"u8).Add("te"u8, "trailers"u8).ToArray();

    public override void OnHeaders(HeaderList headers, bool endStream)
    {
        if (_status == 0 && Utf8Parser.TryParse(headers[":status"u8], out int status, out _))
        {
            Volatile.Write(ref _status, status);
            if (status == 200)
            {
                Send();
            }
        }
    }

    public override void OnData(ReadOnlySpan<byte> data)
    {
        Volatile.Write(ref _received, _received + data.Length);
        Stream.Credit(data.Length);
    }

    public override void OnEnd() => _ended.TrySetResult(_status is > 0 and < 500 && (_status != 200 || _received == bytes));

    public override void OnReset(Http2ErrorCode code) => _ended.TrySetResult(_status is > 200 and < 500); // the site resets what is still being sent to it

    // Not before the answer: who freezes connections after some kilobytes would freeze the request with them.
    private void Send()
    {
        var piece = new byte[Math.Min(bytes, 16 * 1024)];
        for (var left = bytes; left > 0; left -= piece.Length)
        {
            Stream.SendData(piece.AsSpan(0, Math.Min(left, piece.Length)));
        }

        Stream.SendEnd();
    }
}
