using Microsoft.Extensions.Logging;

namespace Cellway.Node.Certificates;

/// <summary>Every log line of certificate renewal. Event ids 2200 to 2299; a retired id is never reused.</summary>
internal static partial class CertificateLog
{
    [LoggerMessage(2200, LogLevel.Information, "Certificate renewed; it ends {End:u}.")]
    public static partial void Renewed(ILogger logger, DateTime end);

    [LoggerMessage(2201, LogLevel.Warning, "Certificate not renewed: {Reason} It ends {End:u}; trying again in {Wait}.")]
    public static partial void NotRenewed(ILogger logger, string reason, DateTime end, TimeSpan wait);

    [LoggerMessage(2202, LogLevel.Warning, "The web certificate could not be written for the web server beside this node ({Reason}): it goes on showing the old one.")]
    public static partial void FilesNotWritten(ILogger logger, string reason);
}
