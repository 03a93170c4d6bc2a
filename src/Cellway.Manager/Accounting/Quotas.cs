using Cellway.Manager.View;
using Cellway.Model.Devices;
using Cellway.Model.State;
using Cellway.Model.Usage;

namespace Cellway.Manager.Accounting;

/// <summary>Who has used up what they may, as pure functions of one view: what ought to be in the state and is not.</summary>
internal static class Quotas
{
    /// <summary>The change that a device's record of being spent needs; <see langword="null"/> when it is as it should be.</summary>
    public static bool? IsSpentWrongly(NetworkView view, DeviceNumber number, UsagePeriod period)
    {
        if (view.Accounts.FindDevice(number.ToString()) is not { } device)
        {
            return null;
        }

        var spent = device.BytesPerMonth > 0 && view.Usage.OfDevice(number, period).Total >= device.BytesPerMonth;
        return spent == device.Spent ? null : spent;
    }

    /// <summary>The same of a participant's reserve.</summary>
    public static bool? IsReserveSpentWrongly(NetworkView view, string participant, UsagePeriod period)
    {
        var spent = view.Participants.TryGetValue(participant, out var record)
            && record.ReserveBytesPerMonth > 0
            && view.Usage.LentBy(participant, period).Total >= record.ReserveBytesPerMonth;
        return spent == view.SpentReserves.ContainsKey(participant) ? null : spent;
    }

    /// <summary>Users whose time is over, and whose record does not say so yet.</summary>
    public static IEnumerable<string> ExpiredUsers(NetworkView view, DateTimeOffset now) =>
        view.Accounts.AllUsers().Where(u => !u.Expired && u.ExpiresAt <= now).Select(u => u.Id);

    /// <summary>Adds the change to a transaction.</summary>
    public static void Write(StateTransaction transaction, StateKeys keys, string device, bool spent, UsagePeriod period, DateTimeOffset now)
    {
        var key = keys.SpentDevice(device);
        if (spent)
        {
            transaction.Put(key, StateJson.Write(new SpentDeviceRecord { Device = device, Period = period.Start, At = now }));
        }
        else
        {
            transaction.Delete(key);
        }
    }

    /// <summary>Adds the change to a transaction.</summary>
    public static void WriteReserve(StateTransaction transaction, StateKeys keys, string participant, bool spent, UsagePeriod period, DateTimeOffset now)
    {
        var key = keys.SpentReserve(participant);
        if (spent)
        {
            transaction.Put(key, StateJson.Write(new SpentReserveRecord { Participant = participant, Period = period.Start, At = now }));
        }
        else
        {
            transaction.Delete(key);
        }
    }
}
