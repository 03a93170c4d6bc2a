using System.Security.Claims;
using Cellway.Manager.Access;
using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Rotation;

/// <summary>The admin API's service names.</summary>
internal static class RotationEndpoints
{
    private const string Compromise = "compromise";

    public static void MapRotation(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/rotation", (string? cell, NetworkViewFeed feed, TimeProvider time) => List(feed.Current, cell, time.GetUtcNow()));
        admin.MapPost("/rotation", RotateAsync).As("rotate");
    }

    private static IReadOnlyList<RotationInfo> List(NetworkView view, string? cell, DateTimeOffset now)
    {
        if (cell is not null)
        {
            RequireCell(view, cell);
        }

        return [.. RotationInfos.Of(view, now).Where(r => cell is null || r.Cell == cell)];
    }

    private static async Task<IReadOnlyList<RotationInfo>> RotateAsync(
        RotateRequest wanted, ClaimsPrincipal caller, ForcedRotation rotation, RotationOptions options, NetworkViewFeed feed, CancellationToken cancellationToken)
    {
        var hops = Hop.Read(wanted.Hop);
        var grace = ReadGrace(wanted, hops, options);
        var view = feed.Current;
        IEnumerable<string> cells = wanted.Cell is { } one
            ? [RequireCell(view, one).Id]
            : view.Cells.Values.Where(c => c.State != CellState.Retired).Select(c => c.Id).Order(StringComparer.Ordinal);
        List<RotationInfo> rotated = [];
        foreach (var cell in cells)
        {
            rotated.AddRange(await rotation.RunAsync(cell, hops, grace, caller.FindFirstValue(CallerAuthentication.IdClaim) ?? "?", cancellationToken));
        }

        return rotated;
    }

    /// <returns>What is left to the old names; <see langword="null"/> when they keep their lives.</returns>
    private static TimeSpan? ReadGrace(RotateRequest wanted, IReadOnlyList<Hop> hops, RotationOptions options)
    {
        var longest = hops.Max(h => h.OptionsOf(options).Keep);
        return (wanted.Reason, wanted.Grace) switch
        {
            (null, null) => null,
            (null, _) => throw AdminException.Invalid("A grace is chosen only after a compromise (--reason compromise): otherwise the old names are accepted as long as they always were to be."),
            (Compromise, null) => throw AdminException.Invalid("Say how long the old names are still accepted: --grace 1h, or --grace 0 to refuse them at once. Clients that have not refreshed by then must fetch their subscription again."),
            (Compromise, { } grace) when grace < TimeSpan.Zero || grace > longest =>
                throw AdminException.Invalid($"The grace may be 0 to {longest.TotalHours:0.##} hours: longer than that no replaced name is accepted anyway."),
            (Compromise, { } grace) => grace,
            _ => throw AdminException.Invalid($"“{wanted.Reason}” is not a reason that changes anything: leave it out, or use compromise."),
        };
    }

    private static CellRecord RequireCell(NetworkView view, string id) =>
        view.Cells.GetValueOrDefault(id) ?? throw AdminException.NotFound($"There is no cell {id}: see “cellway cell list”.");
}
