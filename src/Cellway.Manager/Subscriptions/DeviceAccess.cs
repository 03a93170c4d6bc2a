using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Devices;

namespace Cellway.Manager.Subscriptions;

/// <summary>What a device may use now: one way in per address of each cell it may enter by, the best first.</summary>
internal sealed record DeviceAccess(string Title, VlessId Credential, IReadOnlyList<WayIn> Ways)
{
    /// <summary>Computes it from a view; <see langword="null"/> for a device that may not connect.</summary>
    /// <remarks>
    /// Any Entry serves any client, so every active cell is a way in; the device's own cell comes first.
    /// </remarks>
    public static DeviceAccess? Of(NetworkView view, SubscriptionToken token, DateTimeOffset now)
    {
        if (view.Accounts.FindByToken(token.Hash()) is not { } device || !RoutePlan.IsAdmitted(view, device))
        {
            return null;
        }

        var cells = view.Cells.Values
            .Where(c => c.State == CellState.Active)
            .OrderBy(c => c.Id != device.Cell)
            .ThenBy(c => c.Id, StringComparer.Ordinal);
        return new(view.Network!.Name, VlessId.Of(token), [.. cells.SelectMany(c => WaysInto(view, c, now))]);
    }

    private static IEnumerable<WayIn> WaysInto(NetworkView view, CellRecord cell, DateTimeOffset now)
    {
        if (!view.Rotations.TryGetValue(cell.Id, out var rotation) || ServiceName.Newest(rotation.EntryNames, now) is not { } name)
        {
            yield break;
        }

        var addresses = cell.WaysIn();
        for (var i = 0; i < addresses.Count; i++)
        {
            yield return new(
                addresses.Count == 1 ? cell.Id : $"{cell.Id} {i + 1}", addresses[i].Host, addresses[i].Port, cell.EntryDomain, name.Name);
        }
    }
}

/// <summary>One way into the network.</summary>
/// <param name="Name">Shown to the person.</param>
/// <param name="Host">Where to connect.</param>
/// <param name="Port">And on which port.</param>
/// <param name="ServerName">The SNI to send.</param>
/// <param name="ServiceName">The gRPC service to call.</param>
internal sealed record WayIn(string Name, string Host, int Port, string ServerName, string ServiceName);
