using System.Net;
using Cellway.Cli.Client.Proxy;

namespace Cellway.Fuzz.Targets;

internal static class SocksTarget
{
    public static void Check(byte[] input)
    {
        var greeting = Codec.Check<SocksGreeting, SocksFault>(input, SocksGreeting.Read, static (a, b) => a == b, out _);
        Check(input, SocksRequest.Read);
        if (greeting > 0)
        {
            Check(input[greeting..], SocksRequest.Read); // what follows it in a real conversation
        }
    }

    private static void Check(byte[] input, Codec.Reader<SocksRequest, SocksFault> read)
    {
        if (Codec.Check(input, read, static (a, b) => Equals(a.Destination, b.Destination), out var request) > 0)
        {
            FuzzException.ThrowUnless(
                request.Destination is IPEndPoint { Port: > 0 } or DnsEndPoint { Port: > 0, Host.Length: > 0 and <= 255 }, "a destination that nobody can dial");
        }
    }
}
