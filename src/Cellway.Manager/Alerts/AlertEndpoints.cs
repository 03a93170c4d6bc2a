using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Alerts;

/// <summary>The admin API's alerts.</summary>
internal static class AlertEndpoints
{
    public static void MapAlerts(this IEndpointRouteBuilder admin) => admin.MapGet("/alerts", (AlertBoard board) => board.Current);
}
