using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Udp;
using Cellway.DataPlane.Vless;

namespace Cellway.DataPlane.Mux;

/// <summary>The client of a UDP session in a main connection.</summary>
internal sealed class MuxPacketClientSide(ushort number, IPayloadSink sink) : UdpClientSide(sink)
{
    public override int MaxDatagram => MuxFrameWriter.MaxPacket;

    public override int MaxHeader => MuxFrameWriter.MaxPacketHeadLength;

    public override int Write(Span<byte> output, in Destination source, ReadOnlySpan<byte> datagram) =>
        MuxFrameWriter.WritePacket(output, number, source, datagram);
}
