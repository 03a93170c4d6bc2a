using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Leadership;

/// <summary>Event ids 1500–1519.</summary>
internal sealed partial class LeadershipLog(ILogger<LeadershipLog> logger)
{
    [LoggerMessage(1500, LogLevel.Information, "This replica leads, term {Term}")]
    public partial void Leads(long term);

    [LoggerMessage(1501, LogLevel.Information, "This replica leads no longer, term {Term}")]
    public partial void LeadsNoLonger(long term);

    [LoggerMessage(1502, LogLevel.Warning, "This replica's lease could not be renewed; trying again")]
    public partial void LeaseFailed(Exception exception);

    [LoggerMessage(1503, LogLevel.Warning, "This replica's lease has ended: it was away from the state for too long")]
    public partial void LeaseLost();

    [LoggerMessage(1504, LogLevel.Warning, "The election could not be held; trying again")]
    public partial void ElectionFailed(Exception exception);

    [LoggerMessage(1505, LogLevel.Error, "The planner {Planner} failed; it begins again soon")]
    public partial void PlannerFailed(string planner, Exception exception);
}
