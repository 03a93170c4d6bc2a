using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>A client that speaks gRPC: its side is an HTTP/2 stream as it is.</summary>
internal sealed class GrpcClient(Http2Stream stream, TunnelCandidate candidate, Http1Peer peer, EntryTunnels tunnels) : IClientSide
{
    private const int TunnelWindow = 1 << 20;

    public System.Net.IPAddress From => peer.From;

    public bool IsClosed => stream.IsClosed;

    public string Path => candidate.Path;

    public void Recognize()
    {
        // its answer waits for the Core's
    }

    public void Accept(StreamHandler splice)
    {
        splice.Stream = stream;
        stream.Handler = splice;
        stream.RaiseReceiveWindow(TunnelWindow);
    }

    public void Refuse(bool atHead) => candidate.AnswerAsSite(stream, tunnels.Site, peer, tunnels.Time, atHead);

    public void SendHead() => stream.SendHeaders(TunnelBlocks.Ok);

    public bool SendData(ReadOnlySpan<byte> messages) => stream.SendData(messages);

    public void SendEnd() => stream.SendTrailers(TunnelBlocks.Trailers);

    public void Reset(Http2ErrorCode code) => stream.Reset(code);

    public void Credit(int bytes) => stream.Credit(bytes);
}
