using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.DataPlane.Tunnel;

/// <summary>The header blocks of every tunnel, encoded once.</summary>
internal static class TunnelBlocks
{
    /// <summary>The head of a tunnel's response: status 200, content-type application/grpc.</summary>
    public static readonly byte[] Ok = new HpackWriter().Indexed(8).Literal(31, "application/grpc"u8, HpackForm.WithoutIndexing).ToArray();

    /// <summary>The trailers of a clean end.</summary>
    public static readonly byte[] Trailers = new HpackWriter().Add("grpc-status"u8, "0"u8).ToArray();
}
