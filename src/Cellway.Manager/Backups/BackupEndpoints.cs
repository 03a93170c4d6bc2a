using System.Text.Json;
using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.Backups.Format;
using Cellway.Manager.Backups.Schedule;
using Cellway.Model.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Backups;

/// <summary>The admin API's backups.</summary>
internal static class BackupEndpoints
{
    public static void MapBackups(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/backups", (BackupListing listing, CancellationToken cancellationToken) => listing.ReadAsync(cancellationToken));
        admin.MapGet("/backups/lost", (RestoredNetwork restored, CancellationToken cancellationToken) => restored.ReadAsync(cancellationToken));
        admin.MapPost("/backup", DownloadAsync);
    }

    /// <summary>Encrypted to the key that the caller has just proved to hold.</summary>
    private static async Task DownloadAsync(HttpContext context, IStateStore store, StateKeys keys, NetworkAuthority authority, BackupLog log, TimeProvider time, bool root = true)
    {
        context.Response.ContentType = "application/octet-stream";
        await using var download = new BackupDownload(context.Response.BodyWriter, context.RequestAborted);
        try
        {
            var writer = new BackupWriter(store, keys, authority, time);
            var summary = await writer.WriteAsync(download, [context.Connection.ClientCertificate!], root, download, context.RequestAborted);
            await download.EndAsync(JsonSerializer.SerializeToUtf8Bytes(summary, AdminJson.Default.BackupSummary));
        }
        catch (Exception e) when (context.Response.HasStarted && e is (IOException or OperationCanceledException))
        {
            log.DownloadBroken(e);
            context.Abort(); // so that what has gone out is not taken for a backup
        }
    }
}
