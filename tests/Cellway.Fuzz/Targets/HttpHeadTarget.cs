using System.Buffers;
using Cellway.Cli.Client.Proxy;

namespace Cellway.Fuzz.Targets;

internal static class HttpHeadTarget
{
    public static void Check(byte[] input)
    {
        if (Codec.Check<HttpHead?, HttpProxyFault>(input, HttpHead.Read, Same, out var head) < 0)
        {
            return;
        }

        // What goes to the next hop is read there as what was meant here.
        var next = head!.ForNextHop(head.FirstLine, "host.example");
        FuzzException.ThrowUnless(
            HttpHead.Read(new(next), out var again, out var consumed, out _) == OperationStatus.Done && consumed.GetInteger() == next.Length,
            "the next hop reads another message");
        FuzzException.ThrowUnless(again!.FirstLine == head.FirstLine && again.Values("Host").SequenceEqual(["host.example"]), "the next hop reads another request");
        FuzzException.ThrowUnless(again.Values("Content-Length").SequenceEqual(head.Values("Content-Length")), "the next hop reads another body");
    }

    private static bool Same(HttpHead? a, HttpHead? b) => a!.FirstLine == b!.FirstLine && a.Headers.SequenceEqual(b.Headers);
}
