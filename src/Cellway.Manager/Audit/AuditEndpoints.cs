using Cellway.Manager.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Audit;

/// <summary>The admin API's audit log.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/audit", ListAsync);
        admin.MapGet("/audit/export", (AuditReads reads, CancellationToken cancellationToken) => Results.Stream(
            async body =>
            {
                await foreach (var line in reads.LinesAsync(cancellationToken))
                {
                    await body.WriteAsync(line, cancellationToken);
                    await body.WriteAsync("\n"u8.ToArray(), cancellationToken);
                }
            },
            "application/jsonl"));
    }

    private static async Task<IReadOnlyList<AuditEntry>> ListAsync(
        DateTimeOffset? since, string? who, string? what, string? subject, AuditReads reads, CancellationToken cancellationToken, int limit = 100) =>
        limit is < 1 or > AuditFilter.MaxLimit
            ? throw AdminException.Invalid($"A limit is 1 to {AuditFilter.MaxLimit}; everything is in “cellway audit export”.")
            : await reads.FindAsync(new(since ?? DateTimeOffset.MinValue.AddDays(1), who, what, subject, limit), cancellationToken);
}
