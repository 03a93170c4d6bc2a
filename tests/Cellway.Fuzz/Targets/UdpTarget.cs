using System.Buffers;
using Cellway.DataPlane.Vless;

namespace Cellway.Fuzz.Targets;

internal static class UdpTarget
{
    public static void Check(byte[] input)
    {
        while (true)
        {
            var length = Codec.Check<ReadOnlySequence<byte>, VlessFault>(input, Read, static (a, b) => a.ToArray().AsSpan().SequenceEqual(b.ToArray()), out var datagram);
            if (length < 0)
            {
                return;
            }

            FuzzException.ThrowUnless(length == UdpPacket.HeaderLength + datagram.Length, "a datagram of another length");
            if (datagram.Length is > 0 and <= UdpPacket.MaxSent)
            {
                var output = new byte[length];
                UdpPacket.Write(output, datagram.ToArray());
                FuzzException.ThrowUnless(output.AsSpan().SequenceEqual(input.AsSpan(0, length)), "written differently");
            }

            input = input[length..];
        }
    }

    private static OperationStatus Read(in ReadOnlySequence<byte> input, out ReadOnlySequence<byte> datagram, out SequencePosition consumed, out VlessFault fault)
    {
        fault = VlessFault.None;
        return UdpPacket.Read(input, out datagram, out consumed);
    }
}
