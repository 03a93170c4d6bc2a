using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Devices;
using Cellway.Model.Usage;

namespace Cellway.Manager.Accounting;

/// <summary>The answers to what people ask about a period.</summary>
internal static class UsageRows
{
    private static readonly DeviceNumber Former = DeviceNumber.Of(DeviceBytes.Former);

    /// <summary>A row for each of the user's devices.</summary>
    public static IEnumerable<UsageRow> OfUser(NetworkView view, IReadOnlyList<UsagePart> parts, string user)
    {
        var sums = ByDevice(parts);
        return view.Accounts.AllDevicesOf(user).Select(d => DeviceRowOf(d.Row, sums.GetValueOrDefault(DeviceNumber.Of(d.Row.Id))));
    }

    /// <summary>A row for each Core that has carried bytes of the device.</summary>
    public static IEnumerable<UsageRow> OfDevice(NetworkView view, IReadOnlyList<UsagePart> parts, string device)
    {
        var number = DeviceNumber.Of(device);
        var row = view.Accounts.FindDevice(device);
        var rows = parts.Where(p => p.Lines.Any(l => l.Device == number)).GroupBy(p => (p.Core, p.Participant)).Select(g =>
        {
            var sum = Sum(g.SelectMany(p => p.Lines).Where(l => l.Device == number));
            return new UsageRow(
                device, row?.User, row?.Name, g.Key.Core, g.Key.Participant, sum.All.Up, sum.All.Down, sum.Lent.Total, Limit(row?.BytesPerMonth), row?.Spent ?? false);
        }).ToList();
        return rows.Count == 0 && row is { } idle ? [DeviceRowOf(idle, default)] : rows;
    }

    /// <summary>A row for each device that the Core has carried bytes of.</summary>
    public static IEnumerable<UsageRow> OfCore(NetworkView view, IReadOnlyList<UsagePart> parts, string core) =>
        ByDevice([.. parts.Where(p => p.Core == core)]).Select(d => view.Accounts.FindDevice(d.Key.ToString()) is { } row
            ? DeviceRowOf(row, d.Value) with { Core = core }
            : new(d.Key == Former ? DeviceBytes.Former : d.Key.ToString(), null, null, core, null, d.Value.All.Up, d.Value.All.Down, d.Value.Lent.Total, null, false));

    /// <summary>A row for the participant, and one for each of their Cores.</summary>
    public static IEnumerable<UsageRow> OfParticipant(NetworkView view, IReadOnlyList<UsagePart> parts, string participant)
    {
        var own = parts.Where(p => p.Participant == participant).ToList();
        var sum = Sum(own.SelectMany(p => p.Lines));
        return OfCores(view, own).Prepend(new(
            null, null, null, null, participant, sum.All.Up, sum.All.Down, sum.Lent.Total,
            view.Participants[participant].ReserveBytesPerMonth, view.SpentReserves.ContainsKey(participant)));
    }

    /// <summary>A row for each Core.</summary>
    public static IEnumerable<UsageRow> OfCores(NetworkView view, IReadOnlyList<UsagePart> parts) => parts.GroupBy(p => (p.Core, p.Participant)).Select(g =>
    {
        var sum = Sum(g.SelectMany(p => p.Lines));
        return new UsageRow(null, null, null, g.Key.Core, g.Key.Participant, sum.All.Up, sum.All.Down, sum.Lent.Total, null, view.SpentReserves.ContainsKey(g.Key.Participant));
    });

    private static UsageRow DeviceRowOf(in DeviceRow row, PeriodUsage.Carried sum) =>
        new(row.Id, row.User, row.Name, null, null, sum.All.Up, sum.All.Down, sum.Lent.Total, Limit(row.BytesPerMonth), row.Spent);

    private static long? Limit(long? bytes) => bytes is > 0 ? bytes : null;

    private static Dictionary<DeviceNumber, PeriodUsage.Carried> ByDevice(IReadOnlyList<UsagePart> parts) =>
        parts.SelectMany(p => p.Lines).GroupBy(l => l.Device).ToDictionary(g => g.Key, Sum);

    private static PeriodUsage.Carried Sum(IEnumerable<UsagePart.Line> lines) => lines.Aggregate(
        default(PeriodUsage.Carried), (sum, line) => new(sum.All + line.Bytes, line.IsLent ? sum.Lent + line.Bytes : sum.Lent));
}
