using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Cells;

namespace Cellway.Manager.Rotation;

/// <summary>Names as people see them.</summary>
internal static class RotationInfos
{
    public static IEnumerable<RotationInfo> Of(NetworkView view, DateTimeOffset now) =>
        view.Rotations.Values.OrderBy(r => r.Cell, StringComparer.Ordinal).SelectMany(r => Hop.All.Select(hop => Of(r, hop, now)));

    public static RotationInfo Of(RotationRecord record, Hop hop, DateTimeOffset now)
    {
        var names = hop.NamesOf(record);
        var newest = ServiceName.Newest(names, now);
        return new(
            record.Cell,
            hop.Name,
            names[^1].AnnouncedAt,
            [.. names.Select(n => new NameInfo(n.Generation, n.Name, StateOf(n, newest, now), n.NotBefore, n.AnnouncedAt, n.NotAfter))]);
    }

    // What is withdrawn is still announced until every node has had time to hear of what replaces it.
    private static string StateOf(ServiceName name, ServiceName? newest, DateTimeOffset now) =>
        name.NotAfter <= now ? "ended"
        : name == newest ? "announced"
        : name.Withdrawn ? "withdrawn"
        : name.AnnouncedAt > now ? "planned"
        : "replaced";
}
