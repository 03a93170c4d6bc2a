using System.Net;
using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>From how many addresses the sessions of each limited device come at this time.</summary>
internal sealed class DeviceAddresses
{
    private readonly Dictionary<Hash256, Dictionary<IPAddress, int>> _devices = [];
    private readonly Lock _lock = new();

    /// <summary>How many limited devices have sessions.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _devices.Count;
            }
        }
    }

    /// <summary>Counts a session.</summary>
    /// <param name="credential">Whose it is.</param>
    /// <param name="from">Where it comes from.</param>
    /// <param name="most">The most addresses; 0 for any number, which is not counted.</param>
    /// <param name="leave">To be called when the session ends; <see langword="null"/> when it was not counted.</param>
    /// <returns>Whether it may come.</returns>
    public bool TryEnter(Hash256 credential, IPAddress from, int most, out Action? leave)
    {
        leave = null;
        if (most == 0)
        {
            return true;
        }

        lock (_lock)
        {
            if (!_devices.TryGetValue(credential, out var addresses))
            {
                _devices[credential] = addresses = [];
            }

            if (!addresses.TryGetValue(from, out var sessions) && addresses.Count >= most)
            {
                return false; // most is at least 1, so there are others
            }

            addresses[from] = sessions + 1;
        }

        leave = () => Leave(credential, from);
        return true;
    }

    private void Leave(Hash256 credential, IPAddress from)
    {
        lock (_lock)
        {
            var addresses = _devices[credential];
            if (--addresses[from] > 0)
            {
                return;
            }

            addresses.Remove(from);
            if (addresses.Count == 0)
            {
                _devices.Remove(credential);
            }
        }
    }
}
