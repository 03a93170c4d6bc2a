using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.View;
using Cellway.Model.Participants;
using Cellway.Model.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Participants;

/// <summary>The admin API's participants.</summary>
internal static class ParticipantEndpoints
{
    public static void MapParticipants(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/participants", (NetworkViewFeed feed, TimeProvider time) => List(feed.Current, time.GetUtcNow()));
        admin.MapPost("/participants", async (NewParticipant wanted, ParticipantActs acts, CancellationToken cancellationToken) =>
            Results.Json(await acts.CreateAsync(wanted, cancellationToken), AdminJson.Default.ParticipantInfo, statusCode: StatusCodes.Status201Created));
        admin.MapPatch("/participants/{id}", (string id, ParticipantChange change, ParticipantActs acts, CancellationToken cancellationToken) =>
            acts.ChangeAsync(id, change, cancellationToken));
        admin.MapDelete("/participants/{id}", RemoveAsync);
    }

    private static IReadOnlyList<ParticipantInfo> List(NetworkView view, DateTimeOffset now) =>
        [.. view.Participants.Values.OrderBy(p => p.Id, StringComparer.Ordinal).Select(p => ParticipantActs.Show(view, p, now))];

    // First nobody can be invited in their name, then all they brought is refused, then they are gone. Asked again, it goes on.
    private static async Task<RemovedParticipant> RemoveAsync(string id, NetworkWriter writer, Revocations revocations, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await writer.ChangeAsync<ParticipantRecord>(writer.Keys.Participant, id, p => p.RemovedAt is null ? p with { RemovedAt = time.GetUtcNow() } : null, cancellationToken) is null)
        {
            throw AdminException.NotFound($"There is no participant {id}: see “cellway participant list”.");
        }

        var nodes = await revocations.RevokeAllAsync(t => t.Participant == id, w => w.Participant == id, n => n.Participant == id, cancellationToken);
        while (await writer.FindAsync(writer.Keys.Participant, id, cancellationToken) is { } entry)
        {
            await writer.TryCommitAsync(
                new StateTransaction().Require(entry.Key, entry.ModRevision).Delete(entry.Key).Delete(writer.Keys.SpentReserve(id)), cancellationToken);
        }

        return new(id, nodes);
    }
}
