using Microsoft.Extensions.Logging;

namespace Cellway.Node.LastGood;

/// <summary>Every log line of the last good state. Event ids 2300 to 2399; a retired id is never reused.</summary>
internal static partial class LastGoodLog
{
    [LoggerMessage(2300, LogLevel.Warning, "The last good state is damaged or not this node's, and is ignored: the node serves nothing until management answers.")]
    public static partial void Damaged(ILogger logger);

    [LoggerMessage(2301, LogLevel.Warning, "The last good state could not be read ({Reason}): the node serves nothing until management answers.")]
    public static partial void Unreadable(ILogger logger, string reason);

    [LoggerMessage(2302, LogLevel.Warning, "The last good state could not be written ({Reason}): a restart without management would begin with an older one.")]
    public static partial void Unwritable(ILogger logger, string reason);
}
