using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Replicas;

/// <summary>Event ids 1520–1529.</summary>
internal sealed partial class ReplicaLog(ILogger<ReplicaLog> logger)
{
    [LoggerMessage(1520, LogLevel.Warning, "This replica could not make itself known; trying again")]
    public partial void NotRegistered(Exception exception);

    [LoggerMessage(1521, LogLevel.Information, "Forgets the management endpoint {Endpoint}: no replica has served there since {SeenAt}")]
    public partial void EndpointForgotten(string endpoint, DateTimeOffset seenAt);
}
