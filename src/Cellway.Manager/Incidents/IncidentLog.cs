using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Incidents;

/// <summary>Event ids 1700–1709.</summary>
internal sealed partial class IncidentLog(ILogger<IncidentLog> logger)
{
    [LoggerMessage(1700, LogLevel.Warning, "Incident {Incident}: {Subject} of cell {Cell} is {State}, {Kind}")]
    public partial void Changed(string incident, string subject, string cell, string state, string kind);

    [LoggerMessage(1701, LogLevel.Warning, "The network could not be judged; trying again")]
    public partial void NotJudged(Exception exception);

    [LoggerMessage(1702, LogLevel.Information, "{Count} incidents that were closed long ago are forgotten")]
    public partial void Forgotten(int count);
}
