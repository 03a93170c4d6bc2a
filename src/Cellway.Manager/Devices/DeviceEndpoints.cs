using Cellway.Manager.Api;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Devices;

/// <summary>The admin API's devices.</summary>
internal static class DeviceEndpoints
{
    public static void MapDevices(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/devices", (NetworkViewFeed feed, RouteTable routes, TimeProvider time) => DeviceInfos.Of(feed.Current, routes, time.GetUtcNow()));
        admin.MapPost("/devices", async (NewDevice wanted, DeviceActs acts, CancellationToken cancellationToken) =>
            Results.Json(await acts.CreateAsync(wanted, cancellationToken), AdminJson.Default.DeviceCredential, statusCode: StatusCodes.Status201Created));
        admin.MapPatch("/devices/{id}", (string id, DeviceChange change, DeviceActs acts, CancellationToken cancellationToken) => acts.ChangeAsync(id, change, cancellationToken));
        admin.MapPost("/devices/{id}/move", (string id, DeviceMove move, DeviceActs acts, CancellationToken cancellationToken) => acts.MoveAsync(id, move, cancellationToken));
        admin.MapPost("/devices/{id}/credential", (string id, DeviceActs acts, CancellationToken cancellationToken) => acts.ReissueAsync(id, cancellationToken));
        admin.MapDelete("/devices/{id}", async (string id, DeviceActs acts, CancellationToken cancellationToken) =>
        {
            await acts.DeleteAsync(id, cancellationToken);
            return Results.NoContent();
        });
    }
}
