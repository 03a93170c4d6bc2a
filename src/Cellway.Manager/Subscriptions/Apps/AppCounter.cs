using Cellway.Model.Devices;
using Cellway.Model.State;

namespace Cellway.Manager.Subscriptions.Apps;

/// <summary>Counts the client apps that share a subscription, for devices whose number is limited; of the others nothing is kept.</summary>
/// <param name="store">Where they are counted.</param>
/// <param name="keys">Under which keys.</param>
/// <param name="hashes">What is kept of an app.</param>
internal sealed class AppCounter(IStateStore store, StateKeys keys, AppHashes hashes)
{
    /// <summary>The most that are remembered of a device, whatever its limit.</summary>
    public const int Most = 32;

    private const int MaxHwid = 256;
    private const int Attempts = 5;

    /// <summary>Whether an app is one of those that may use the subscription; the first so many are. One that does not name itself cannot be counted, and may.</summary>
    /// <remarks>While the state does not answer everybody may: an outage must not take their configurations from people.</remarks>
    public async ValueTask<bool> AdmitAsync(string device, string hwid, int most, CancellationToken cancellationToken)
    {
        try
        {
            return await CountAsync(device, hwid, most, cancellationToken);
        }
        catch (StateUnavailableException)
        {
            return true;
        }
    }

    private async ValueTask<bool> CountAsync(string device, string hwid, int most, CancellationToken cancellationToken)
    {
        if (hwid.Length is 0 or > MaxHwid)
        {
            return true;
        }

        var app = hashes.Of(device, hwid);
        var key = keys.DeviceApps(device);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var entry = await store.GetAsync(key, cancellationToken);
            var record = entry is null ? new DeviceAppsRecord { Device = device } : StateJson.Read<DeviceAppsRecord>(entry);
            if (record.Apps.Contains(app, StringComparer.Ordinal))
            {
                return true;
            }

            if (record.Apps.Count >= Math.Min(most, Most))
            {
                return false;
            }

            var value = StateJson.Write(record with { Apps = [.. record.Apps, app] });
            var transaction = entry is null ? new StateTransaction().Create(key, value) : new StateTransaction().Replace(entry, value);
            if ((await store.CommitAsync(transaction, cancellationToken)).Succeeded)
            {
                return true;
            }
        }

        return false; // very many at once: the app will ask again
    }
}
