using Microsoft.Extensions.Logging;

namespace Cellway.Node.Enrollment;

/// <summary>Every log line of joining. Event ids 2000 to 2099; a retired id is never reused.</summary>
internal static partial class EnrollmentLog
{
    [LoggerMessage(2000, LogLevel.Information, "Joined as {Role} {Id}.")]
    public static partial void Joined(ILogger logger, string role, string id);

    [LoggerMessage(2001, LogLevel.Warning, "Management endpoint {Number} of the token did not enroll this node ({Reason}).")]
    public static partial void EndpointFailed(ILogger logger, int number, string reason);
}
