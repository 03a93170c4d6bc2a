using Cellway.Manager.View;
using Cellway.Model.Cells;

namespace Cellway.Manager.Subscriptions.Access;

/// <summary>The service name that clients of a cell are told.</summary>
internal static class AnnouncedName
{
    /// <summary>The newest that has been announced.</summary>
    public static ServiceName? Of(NetworkView view, string cell, DateTimeOffset now) =>
        view.Rotations.TryGetValue(cell, out var rotation) ? ServiceName.Newest(rotation.EntryNames, now) : null;

    /// <summary>When <see cref="Of"/> may next give another, at the earliest.</summary>
    public static DateTimeOffset ChangesAt(NetworkView view, string cell, DateTimeOffset now) => (view.Rotations.GetValueOrDefault(cell)?.EntryNames ?? [])
        .SelectMany(n => new[] { n.NotBefore, n.AnnouncedAt, n.NotAfter ?? DateTimeOffset.MaxValue })
        .Where(t => t > now)
        .DefaultIfEmpty(DateTimeOffset.MaxValue)
        .Min();
}
