using System.Net.Sockets;
using Cellway.DataPlane.Dialing;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Udp;

/// <summary>Opens UDP sessions within their limits.</summary>
/// <param name="sessions">Where they are listed.</param>
/// <param name="lookup">Judges and resolves their destinations.</param>
/// <param name="idleTimeout">How long they may be silent.</param>
/// <param name="fromAnyone">Whether a session that names its senders takes datagrams of those it has not sent to.</param>
internal sealed class UdpSessions(SessionTable sessions, HostLookup lookup, TimeSpan idleTimeout, bool fromAnyone)
{
    public TimeSpan IdleTimeout => idleTimeout;

    /// <summary>Opens a session of many destinations, listed and counted; <see cref="Close"/> it.</summary>
    /// <returns><see langword="null"/> when the device has too many, or there is no port left.</returns>
    public UdpSession? TryOpen(object owner, DeviceUse device, CancellationToken aborted)
    {
        if (!device.TryOpen())
        {
            return null;
        }

        var session = sessions.Open(owner, idleTimeout, device.Traffic, aborted);
        if (TryMake(session, device, fromAnyone) is { } made)
        {
            return made;
        }

        session.Dispose();
        device.Close();
        return null;
    }

    /// <summary>Makes the UDP side of a session that is already listed and counted, and whose client is told no senders.</summary>
    public UdpSession? TryMake(Session session, DeviceUse device) => TryMake(session, device, takesAnyone: false);

    /// <summary>Ends what <see cref="TryOpen"/> began.</summary>
    public static void Close(UdpSession udp, DeviceUse device)
    {
        udp.Dispose();
        udp.Session.Dispose();
        device.Close();
    }

    private UdpSession? TryMake(Session session, DeviceUse device, bool takesAnyone)
    {
        try
        {
            return new(session, device, lookup, sessions.Time, takesAnyone);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
