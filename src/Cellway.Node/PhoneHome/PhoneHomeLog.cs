using Microsoft.Extensions.Logging;

namespace Cellway.Node.PhoneHome;

/// <summary>Every log line of phone-home. Event ids 2100 to 2199; a retired id is never reused.</summary>
internal static partial class PhoneHomeLog
{
    [LoggerMessage(2100, LogLevel.Information, "Attached to management endpoint {Number}.")]
    public static partial void Attached(ILogger logger, int number);

    [LoggerMessage(2101, LogLevel.Warning, "Not attached to management ({Reason}); trying the next endpoint in {Wait}.")]
    public static partial void Detached(ILogger logger, string reason, TimeSpan wait);

    [LoggerMessage(2102, LogLevel.Information, "Applied revision {Revision}: {Changed} of {Total} resources changed.")]
    public static partial void Applied(ILogger logger, long revision, int changed, int total);

    [LoggerMessage(2103, LogLevel.Error, "Refused revision {Revision} and goes on with {Held}: {Reason}")]
    public static partial void Refused(ILogger logger, long revision, long held, string reason);

    [LoggerMessage(2104, LogLevel.Information, "Started from the last good state, revision {Revision}, {Total} resources.")]
    public static partial void StartedFromLastGood(ILogger logger, long revision, int total);

    [LoggerMessage(2105, LogLevel.Information, "Management asked this node to drain.")]
    public static partial void Draining(ILogger logger);

    [LoggerMessage(2106, LogLevel.Error, "Draining failed; sessions are open still.")]
    public static partial void DrainFailed(ILogger logger, Exception exception);

    [LoggerMessage(2108, LogLevel.Information, "Management asked this node to take new sessions again.")]
    public static partial void Resumed(ILogger logger);

    [LoggerMessage(2110, LogLevel.Warning, "Management's word on whom to believe is {Outcome}: this node keeps the roots it has (version {Version}) and refuses whom it has refused, and whom management refuses now.")]
    public static partial void TrustNotTaken(ILogger logger, string outcome, long version);

    [LoggerMessage(2111, LogLevel.Warning, "Management has not been heard since {HeardAt:u}: what was revoked since is not known here. This node goes on judging certificates as it did then.")]
    public static partial void TrustIsOld(ILogger logger, DateTime heardAt);

    [LoggerMessage(2112, LogLevel.Information, "Management is heard again: revocations are up to date.")]
    public static partial void TrustIsFresh(ILogger logger);

    [LoggerMessage(2120, LogLevel.Warning, "Management has moved, a mirror says in words that the network's root has signed: this node attaches there.")]
    public static partial void Moved(ILogger logger);

    [LoggerMessage(2121, LogLevel.Warning, "A mirror serves no notice that the network's root has signed.")]
    public static partial void MirrorNotSigned(ILogger logger);

    [LoggerMessage(2122, LogLevel.Information, "A mirror does not answer ({Reason}).")]
    public static partial void MirrorSilent(ILogger logger, string reason);

    [LoggerMessage(2107, LogLevel.Information, "Management's replica is stopping: this node attaches to another endpoint.")]
    public static partial void SentAway(ILogger logger);
}
