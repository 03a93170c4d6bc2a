using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Enrollment;

/// <summary>Event ids 1200–1209.</summary>
internal sealed partial class EnrollmentLog(ILogger<EnrollmentLog> logger)
{
    [LoggerMessage(1200, LogLevel.Information, "{Role} {Node} of {Participant} enrolled")]
    public partial void Enrolled(string role, string node, string participant);

    [LoggerMessage(1201, LogLevel.Warning, "An enrollment was refused: {Fault}")]
    public partial void Refused(string fault);

    [LoggerMessage(1202, LogLevel.Information, "{Node} renewed its certificate")]
    public partial void Renewed(string node);
}
