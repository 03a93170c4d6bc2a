using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Accounting;

/// <summary>Event ids 1770–1789.</summary>
internal sealed partial class AccountingLog(ILogger<AccountingLog> logger)
{
    [LoggerMessage(1770, LogLevel.Warning, "What Cores have carried could not be written; trying again")]
    public partial void NotWritten(Exception exception);

    [LoggerMessage(1771, LogLevel.Error, "What {Core} has carried cannot be applied: {Reason}")]
    public partial void Unreadable(string core, string reason);

    [LoggerMessage(1772, LogLevel.Information, "Device {Device} has used up what it may in the period from {Period}")]
    public partial void DeviceSpent(string device, DateOnly period);

    [LoggerMessage(1773, LogLevel.Information, "Device {Device} may connect again")]
    public partial void DeviceRenewed(string device);

    [LoggerMessage(1774, LogLevel.Warning, "The reserve of {Participant} is used up in the period from {Period}")]
    public partial void ReserveSpent(string participant, DateOnly period);

    [LoggerMessage(1775, LogLevel.Information, "The reserve of {Participant} lends again")]
    public partial void ReserveRenewed(string participant);

    [LoggerMessage(1776, LogLevel.Information, "The time of user {User} is over")]
    public partial void UserExpired(string user);

    [LoggerMessage(1777, LogLevel.Information, "Usage of the period from {Period} is forgotten: {Pages} pages")]
    public partial void Forgotten(DateOnly period, int pages);
}
