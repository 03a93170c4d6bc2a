using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Udp;
using Cellway.DataPlane.Vless;

namespace Cellway.DataPlane.Mux;

/// <summary>A UDP session of a main connection.</summary>
/// <param name="target">Where datagrams without an address of their own go.</param>
/// <param name="udp">The port.</param>
/// <param name="client">This client's side of it.</param>
/// <param name="device">Whose it is.</param>
/// <param name="roaming">Who keeps the port when this session ends; <see langword="null"/> when the session does.</param>
internal sealed class MuxPackets(
    Destination target, UdpSession udp, MuxPacketClientSide client, DeviceUse device, RoamingSessions? roaming) : IMuxSession
{
    /// <summary>Whether the port went to another main connection, or is closed; the table learns of it only a moment later.</summary>
    public bool HasMoved => client.WhenDetached.IsCompleted;

    /// <summary>Sends a datagram.</summary>
    public void Send(Destination? to, ReadOnlySpan<byte> datagram) => udp.Send(to ?? target, datagram);

    public async Task<bool> RunAsync()
    {
        if (roaming is null)
        {
            await udp.RunAsync();
            UdpSessions.Close(udp, device);
        }
        else
        {
            await client.WhenDetached;
            roaming.Release(udp, client);
        }

        return udp.Session.Stop.IsCancellationRequested; // not when it has moved to another main connection
    }

    public void End()
    {
        if (roaming is null)
        {
            udp.Session.Cut();
        }
        else
        {
            roaming.Release(udp, client);
        }
    }

    public void CompleteUplink(TimeSpan silence)
    {
        if (roaming is null)
        {
            udp.Session.LimitSilence(silence);
        }
        else
        {
            roaming.Release(udp, client);
        }
    }
}
