using Cellway.Manager.View;

namespace Cellway.Manager.Subscriptions.Access;

/// <summary>What the view counts and limits.</summary>
internal sealed class ViewAllowances(NetworkViewFeed feed, TimeProvider time) : IAllowances
{
    public Allowance Of(in DeviceRow device)
    {
        var quota = DeviceQuota.Of(feed.Current, device, time.GetUtcNow());
        return new(quota.Used.Up, quota.Used.Down, quota.Limit, quota.ExpiresAt, device.Apps == 0 ? null : device.Apps, quota.Spent);
    }
}
