using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Devices;

namespace Cellway.Manager.PhoneHome;

/// <summary>Waits until the Cores of a device know it, so that a person who connects at once is not taken for a stranger.</summary>
internal sealed class RouteDelivery(AttachedNodes attached, RouteTables tables, TimeProvider time)
{
    // A Core answers within milliseconds; one that does not is passed over by Entries anyway.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public async Task WaitAsync(NetworkView view, DeviceRecord device, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var streams = tables.For(view).RoutesFor(device).Select(r => attached.Find(r.Core.Id)).OfType<NodeStream>();
        try
        {
            await Task.WhenAll(streams.Select(s => s.SettledAsync(view.Revision, both.Token)));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            // Shown all the same.
        }
    }
}
