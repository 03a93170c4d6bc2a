using Cellway.Manager.Routing;
using Cellway.Manager.View;

namespace Cellway.Manager.PhoneHome;

/// <summary>Waits until the Cores of a device know it, so that a person who connects at once is not taken for a stranger.</summary>
internal sealed class RouteDelivery(AttachedNodes attached, RouteTable table, ConfigurationPush push, TimeProvider time)
{
    // A Core answers within milliseconds; one that does not is passed over by Entries anyway.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    // What it takes another replica to see the change and tell its Cores, and more.
    private static readonly TimeSpan Elsewhere = TimeSpan.FromMilliseconds(300);

    public async Task WaitAsync(NetworkView view, string device, CancellationToken cancellationToken)
    {
        if (view.Accounts.FindDevice(device) is not { } row)
        {
            return;
        }

        using var deadline = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await push.PushedAsync(view.Revision, both.Token);
            var streams = table.RoutesFor(view, row).Select(r => attached.Find(r.Core.Id)).ToList();
            await Task.WhenAll(streams.Select(s => s?.SettledAsync(both.Token) ?? Task.Delay(Elsewhere, time, both.Token)));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            // Shown all the same.
        }
    }
}
