using System.Buffers;
using System.Net;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Vless;

namespace Cellway.DataPlane.Udp;

/// <summary>Runs one stream of command 2: datagrams to one destination (wire.md 1.6).</summary>
internal static class UdpTunnel
{
    /// <summary>Runs until the client ends and the destination is silent, or the session is cut.</summary>
    /// <returns>Whether the client did not break off. Never throws for what peers do.</returns>
    public static async Task<bool> RunAsync(
        UdpSession udp, EndPoint target, TimeSpan halfClose, DeviceUse device, IPayloadSource source, IPayloadSink sink)
    {
        var session = udp.Session;
        udp.Attach(new PacketClientSide(sink));
        var down = udp.RunAsync();
        var isWell = true;
        try
        {
            isWell = await SendAsync(udp, Destination.Of(target), device, source);
            if (isWell)
            {
                session.LimitSilence(halfClose);
                await down;
            }
        }
        catch (IOException)
        {
            isWell = false;
        }
        catch (OperationCanceledException)
        {
            // silent for long enough, or taken away: the end of an association is always a clean one
        }
        finally
        {
            session.Cut();
            await down;
        }

        return isWell;
    }

    /// <returns>Whether the client ended between two datagrams.</returns>
    private static async Task<bool> SendAsync(UdpSession udp, Destination target, DeviceUse device, IPayloadSource source)
    {
        using var input = new PayloadBuffer(source);
        while (true)
        {
            if (UdpPacket.Read(new(input.Bytes), out var datagram, out _) == OperationStatus.Done)
            {
                var length = (int)datagram.Length;
                udp.Send(target, datagram.FirstSpan);
                input.Advance(UdpPacket.HeaderLength + length);
                await device.PaceUpAsync(length, udp.Session.Stop);
            }
            else if (!await input.FillAsync(udp.Session.Stop))
            {
                return input.Bytes.IsEmpty;
            }
        }
    }
}
