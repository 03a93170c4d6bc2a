using Cellway.DataPlane.Mux;
using Cellway.DataPlane.Vless;
using Cellway.Testing;

namespace Cellway.Fuzz.Targets;

internal static class MuxTarget
{
    public static void Check(byte[] input)
    {
        // A stream of frames, as a main connection reads it.
        for (var frames = 0; frames < 64; frames++)
        {
            var length = Codec.Check<MuxFrame, MuxFault>(input, MuxFrame.Read, static (a, b) => a == b, out var frame);
            if (length < 0)
            {
                return;
            }

            FuzzException.ThrowUnless(length is >= 6 and <= 2 + MuxFrame.MaxMetadata + 2, "a head of an impossible length");
            FuzzException.ThrowUnless(frame.Options.HasFlag(MuxOptions.Data) || frame.DataLength == 0, "data without its bit");
            FuzzException.ThrowUnless(frame.Status != MuxStatus.New || frame is { Target: not null, Network: not MuxNetwork.None }, "a New for nothing");
            CheckCanonical(frame);
            if (input.Length < length + frame.DataLength)
            {
                return;
            }

            input = input[(length + frame.DataLength)..];
        }
    }

    private static void CheckCanonical(MuxFrame frame)
    {
        if (frame.Target is not { } target || target == Destination.Of(VlessHost.Nowhere))
        {
            return;
        }

        var data = new byte[Math.Clamp(frame.DataLength, 1, MuxFrameWriter.MaxPacket)];
        byte[] canonical = frame.Status == MuxStatus.New
            ? MuxFrames.New(frame.Session, frame.Network == MuxNetwork.Udp, target.ToEndPoint(), data, frame.GlobalId)
            : Written(frame.Session, target, data);
        var length = Codec.Check<MuxFrame, MuxFault>(canonical, MuxFrame.Read, static (a, b) => a == b, out var again);
        FuzzException.ThrowUnless(length == canonical.Length - data.Length, "the canonical frame has another length");
        FuzzException.ThrowUnless(again == frame with { Options = MuxOptions.Data, DataLength = data.Length }, "the canonical frame reads as something else");
    }

    private static byte[] Written(ushort session, in Destination source, byte[] data)
    {
        var output = new byte[MuxFrameWriter.MaxPacketHeadLength + data.Length];
        return output[..MuxFrameWriter.WritePacket(output, session, source, data)];
    }
}
