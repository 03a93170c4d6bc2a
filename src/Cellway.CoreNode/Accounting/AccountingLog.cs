using Microsoft.Extensions.Logging;

namespace Cellway.CoreNode.Accounting;

/// <summary>Every log line of accounting in a Core. Event ids 2600 to 2619; a retired id is never reused.</summary>
internal static partial class AccountingLog
{
    [LoggerMessage(2600, LogLevel.Warning, "The usage file is damaged or not this node's: what it had not reported yet is lost.")]
    public static partial void Damaged(ILogger logger);

    [LoggerMessage(2601, LogLevel.Warning, "Management knows more than the usage file: it was copied or put back. {Bytes} bytes that may have been reported already are not reported again.")]
    public static partial void LedgerIsOld(ILogger logger, long bytes);

    [LoggerMessage(2602, LogLevel.Warning, "The usage file cannot grow ({Reason}): what some routes carry is counted in memory only, and lost if this node restarts before it is reported.")]
    public static partial void CannotGrow(ILogger logger, string reason);
}
