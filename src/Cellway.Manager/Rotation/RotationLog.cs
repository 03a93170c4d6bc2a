using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Rotation;

/// <summary>Event ids 1530–1539. Names themselves are never logged: they keep strangers out.</summary>
internal sealed partial class RotationLog(ILogger<RotationLog> logger)
{
    [LoggerMessage(1530, LogLevel.Debug, "Service names of cell {Cell} are planned: the last is announced at {EntryUntil} to clients, at {ExitUntil} to Entries")]
    public partial void Planned(string cell, DateTimeOffset entryUntil, DateTimeOffset exitUntil);

    [LoggerMessage(1531, LogLevel.Information, "Operator {Operator} rotated cell {Cell}, hop {Hop}: generation {Generation} is announced at {AnnouncedAt}")]
    public partial void Rotated(string @operator, string cell, string hop, long generation, DateTimeOffset announcedAt);

    [LoggerMessage(1532, LogLevel.Warning, "Operator {Operator} withdrew the service names of cell {Cell}, hop {Hop}, after a compromise: they end after {Grace}, generation {Generation} is announced at {AnnouncedAt}")]
    public partial void Withdrawn(string @operator, string cell, string hop, TimeSpan grace, long generation, DateTimeOffset announcedAt);

    [LoggerMessage(1533, LogLevel.Error, "The state key {Key} does not hold service names: they are written anew from what this replica knows")]
    public partial void Unreadable(string key, Exception exception);
}
