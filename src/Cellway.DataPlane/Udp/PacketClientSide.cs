using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Vless;

namespace Cellway.DataPlane.Udp;

/// <summary>The client of a command 2 stream, which has one destination and is told no sources.</summary>
internal sealed class PacketClientSide(IPayloadSink sink) : UdpClientSide(sink)
{
    public override int MaxDatagram => UdpPacket.MaxSent;

    public override int MaxHeader => UdpPacket.HeaderLength;

    public override int Write(Span<byte> output, in Destination source, ReadOnlySpan<byte> datagram) => UdpPacket.Write(output, datagram);
}
