using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Udp;

/// <summary>UDP sessions with a GlobalID: they outlive the stream they came by, and go on by the next (wire.md 3.5).</summary>
/// <remarks>The key has the device's route in it, so that no device can guess its way into another's session.</remarks>
internal sealed class RoamingSessions(UdpSessions sessions, int maxPerDevice) : IAsyncDisposable
{
    /// <summary>How long a session waits for its client.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<(DeviceUse Device, ulong Id), UdpSession> _known = [];
    private readonly Dictionary<DeviceUse, int> _counts = [];
    private readonly HashSet<Task> _running = [];

    /// <summary>How many there are, attached or waiting.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _known.Count;
            }
        }
    }

    /// <summary>Finds the device's session of that id, or opens it, and gives it to a client's stream.</summary>
    /// <param name="owner">Whose it is, for the table of sessions.</param>
    /// <param name="device">The device: one object per route.</param>
    /// <param name="id">The GlobalID, not 0.</param>
    /// <param name="client">The stream.</param>
    /// <returns><see langword="null"/> when the device has too many.</returns>
    public UdpSession? Attach(object owner, DeviceUse device, ulong id, UdpClientSide client)
    {
        lock (_lock)
        {
            if (!_known.TryGetValue((device, id), out var udp) || udp.Session.Stop.IsCancellationRequested)
            {
                if (_counts.GetValueOrDefault(device) >= maxPerDevice || sessions.TryOpen(owner, device, CancellationToken.None) is not { } opened)
                {
                    return null;
                }

                udp = opened;
                _known[(device, id)] = udp;
                _counts[device] = _counts.GetValueOrDefault(device) + 1;
                _running.RemoveWhere(t => t.IsCompleted);
                _running.Add(RunAsync(udp, device, id));
            }

            udp.Attach(client);
            udp.Session.LimitSilence(sessions.IdleTimeout);
            return udp;
        }
    }

    /// <summary>A stream leaves a session, which waits for the next one if that has not come already.</summary>
    public void Release(UdpSession udp, UdpClientSide client)
    {
        lock (_lock)
        {
            if (udp.Detach(client))
            {
                udp.Session.LimitSilence(Keep);
            }
        }
    }

    /// <summary>Waits for the sessions, which the end of their table cuts.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            running = [.. _running];
        }

        await Task.WhenAll(running);
    }

    private async Task RunAsync(UdpSession udp, DeviceUse device, ulong id)
    {
        await Task.Yield(); // not under the caller's lock
        await udp.RunAsync();
        lock (_lock)
        {
            if (_known.TryGetValue((device, id), out var current) && current == udp)
            {
                _known.Remove((device, id));
            }

            if (--_counts[device] == 0)
            {
                _counts.Remove(device);
            }
        }

        UdpSessions.Close(udp, device);
    }
}
