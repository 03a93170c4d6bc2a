using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>Gives an Entry back what it sends, so that it sees whether bytes get through. On the wire it is a tunnel like any other.</summary>
internal sealed class EchoTunnel : StreamHandler
{
    private const int MaxBytes = 256 * 1024;

    private int _received;

    public override void OnHeaders(HeaderList headers, bool endStream) => Stream.SendHeaders(TunnelBlocks.Ok);

    public override void OnData(ReadOnlySpan<byte> data)
    {
        _received += data.Length;
        if (_received > MaxBytes || !Stream.SendData(data))
        {
            Stream.Reset(Http2ErrorCode.Cancel);
        }
    }

    public override void OnSent(int bytes) => Stream.Credit(bytes);

    public override void OnEnd() => Stream.SendTrailers(TunnelBlocks.Trailers);
}
