using Cellway.Model.Cells;

namespace Cellway.Manager.Subscriptions.Access;

/// <summary>The service name that clients of a cell are told.</summary>
internal static class AnnouncedName
{
    /// <summary>The newest that Entries take now.</summary>
    public static ServiceName? Of(CellRecord cell, DateTimeOffset now) => cell.EntryServiceNames.LastOrDefault(n => n.IsAccepted(now));

    /// <summary>When <see cref="Of"/> may next give another, at the earliest.</summary>
    public static DateTimeOffset ChangesAt(CellRecord cell, DateTimeOffset now) => cell.EntryServiceNames
        .SelectMany(n => new[] { n.NotBefore, n.NotAfter ?? DateTimeOffset.MaxValue })
        .Where(t => t > now)
        .DefaultIfEmpty(DateTimeOffset.MaxValue)
        .Min();
}
