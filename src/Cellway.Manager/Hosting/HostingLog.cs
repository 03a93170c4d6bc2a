using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Hosting;

/// <summary>Event ids 1300–1309.</summary>
internal sealed partial class HostingLog(ILogger<HostingLog> logger)
{
    [LoggerMessage(1300, LogLevel.Information, "Serving nodes on {Nodes} and operators on {Admin}")]
    public partial void Serving(string nodes, string admin);
}
