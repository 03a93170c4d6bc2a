using System.Net;
using Cellway.DataPlane.Vless;
using Cellway.Testing;

namespace Cellway.Fuzz.Targets;

internal static class VlessTarget
{
    public static void Check(byte[] input)
    {
        var length = Codec.Check<VlessRequest, VlessFault>(input, VlessRequest.Read, Same, out var request);
        if (length < 0)
        {
            return;
        }

        FuzzException.ThrowUnless(length is >= 19 and <= VlessRequest.MaxLength, "a header of an impossible length");
        FuzzException.ThrowUnless(request.Command == VlessCommand.Mux == request.Target is null, "a target goes with TCP and UDP");
        if (request.Target is { } target && target != VlessHost.Nowhere)
        {
            byte[] canonical = [0, .. request.Id.ToArray(), 0, (byte)request.Command, .. MuxFrames.Address(target)];
            FuzzException.ThrowUnless(
                Codec.Check<VlessRequest, VlessFault>(canonical, VlessRequest.Read, Same, out var again) == canonical.Length && Same(request, again),
                "the canonical header reads as something else");
            FuzzException.ThrowUnless(target is DnsEndPoint { Port: > 0 } or IPEndPoint { Port: > 0, Address.IsIPv4MappedToIPv6: false }, "a target that nobody can dial");
        }
    }

    private static bool Same(VlessRequest a, VlessRequest b) => a.Id == b.Id && a.Command == b.Command && Equals(a.Target, b.Target);
}
