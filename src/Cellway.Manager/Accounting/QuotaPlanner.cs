using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.Devices;
using Cellway.Model.State;
using Cellway.Model.Usage;

namespace Cellway.Manager.Accounting;

/// <summary>Writes who has used up what they may, and takes it away when a period or a limit gives them more: from then on every replica's routes follow.</summary>
/// <remarks>At first, and whenever a period begins, it looks at everybody; in between only at those whose bytes or limits have changed.</remarks>
internal sealed class QuotaPlanner(StateKeys keys, NetworkViewFeed feed, QuotaWatch watch, TimeProvider time, AccountingLog log) : IPlanner
{
    private const int MaxTogether = 100; // etcd takes 128 operations in one transaction

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan UsersEvery = TimeSpan.FromSeconds(1);

    public string Name => "quotas";

    public async Task RunAsync(LeaderTerm term, CancellationToken lost)
    {
        try
        {
            watch.Collect(true);
            var seen = default(UsagePeriod);
            var usersAt = time.GetTimestamp();
            while (true)
            {
                var changed = watch.Take(); // before the view: what comes in between is looked at twice
                var view = feed.Current;
                var period = view.PeriodAt(time.GetUtcNow());
                await JudgeDevicesAsync(view, period == seen ? changed : view.Accounts.AllDevices().Select(d => DeviceNumber.Of(d.Row.Id)), period, term, lost);
                await JudgeReservesAsync(view, period, term, lost);
                if (period != seen || time.GetElapsedTime(usersAt) >= UsersEvery)
                {
                    usersAt = time.GetTimestamp();
                    await ExpireUsersAsync(view, term, lost);
                }

                seen = period;
                await Task.Delay(LookEvery, time, lost);
            }
        }
        finally
        {
            watch.Collect(false);
        }
    }

    private async Task JudgeDevicesAsync(NetworkView view, IEnumerable<DeviceNumber> devices, UsagePeriod period, LeaderTerm term, CancellationToken lost)
    {
        foreach (var together in devices.Select(d => (Device: d, Spent: Quotas.IsSpentWrongly(view, d, period))).Where(d => d.Spent is not null).Chunk(MaxTogether))
        {
            var transaction = new StateTransaction();
            foreach (var (device, spent) in together)
            {
                Quotas.Write(transaction, keys, device.ToString(), spent!.Value, period, time.GetUtcNow());
            }

            var result = await term.CommitAsync(transaction, lost);
            await feed.WaitForAsync(result.Revision, lost); // so that the next look sees it
            foreach (var (device, spent) in together)
            {
                if (spent!.Value)
                {
                    log.DeviceSpent(device.ToString(), period.Start);
                }
                else
                {
                    log.DeviceRenewed(device.ToString());
                }
            }
        }
    }

    private async Task JudgeReservesAsync(NetworkView view, UsagePeriod period, LeaderTerm term, CancellationToken lost)
    {
        foreach (var participant in view.Participants.Keys.Union(view.SpentReserves.Keys))
        {
            if (Quotas.IsReserveSpentWrongly(view, participant, period) is not { } spent)
            {
                continue;
            }

            var transaction = new StateTransaction();
            Quotas.WriteReserve(transaction, keys, participant, spent, period, time.GetUtcNow());
            var result = await term.CommitAsync(transaction, lost);
            await feed.WaitForAsync(result.Revision, lost);
            if (spent)
            {
                log.ReserveSpent(participant, period.Start);
            }
            else
            {
                log.ReserveRenewed(participant);
            }
        }
    }

    private async Task ExpireUsersAsync(NetworkView view, LeaderTerm term, CancellationToken lost)
    {
        foreach (var id in Quotas.ExpiredUsers(view, time.GetUtcNow()).ToList())
        {
            if (await term.ChangeAsync<UserRecord>(keys.User(id), u => u.ExpiresAt <= time.GetUtcNow() ? u with { Expired = true } : null, lost))
            {
                log.UserExpired(id);
            }
        }
    }
}
