using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
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
        admin.MapPost("/participants", CreateAsync);
        admin.MapPatch("/participants/{id}", ChangeAsync);
        admin.MapDelete("/participants/{id}", RemoveAsync);
    }

    private static IReadOnlyList<ParticipantInfo> List(NetworkView view, DateTimeOffset now) =>
        [.. view.Participants.Values.OrderBy(p => p.Id, StringComparer.Ordinal).Select(p => Show(view, p, now))];

    private static async Task<IResult> CreateAsync(
        NewParticipant wanted, NetworkWriter writer, NetworkViewFeed feed, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!Names.IsId(wanted.Id))
        {
            throw AdminException.Invalid($"“{wanted.Id}” is not a participant's name: use 1 to 63 of a–z, 0–9 and hyphens.");
        }

        if (wanted.ReserveBytesPerMonth < 0)
        {
            throw AdminException.Invalid("A reserve cannot be negative: 0 lends nothing.");
        }

        var record = new ParticipantRecord { Id = wanted.Id, ReserveBytesPerMonth = wanted.ReserveBytesPerMonth, CreatedAt = time.GetUtcNow() };
        if (!await writer.TryCommitAsync(new StateTransaction().Create(writer.Keys.Participant(record.Id), StateJson.Write(record)), cancellationToken))
        {
            throw AdminException.Conflict($"There is a participant {wanted.Id} already.");
        }

        return Results.Json(Show(feed.Current, record, time.GetUtcNow()), AdminJson.Default.ParticipantInfo, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<ParticipantInfo> ChangeAsync(
        string id, ParticipantChange change, NetworkWriter writer, NetworkViewFeed feed, TimeProvider time, CancellationToken cancellationToken)
    {
        if (change.ReserveBytesPerMonth < 0)
        {
            throw AdminException.Invalid("A reserve cannot be negative: 0 lends nothing.");
        }

        var record = await writer.ChangeAsync<ParticipantRecord>(
                writer.Keys.Participant, id, p => p with { ReserveBytesPerMonth = change.ReserveBytesPerMonth ?? p.ReserveBytesPerMonth }, cancellationToken)
            ?? throw AdminException.NotFound($"There is no participant {id}: see “cellway participant list”.");
        return Show(feed.Current, record, time.GetUtcNow());
    }

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

    private static ParticipantInfo Show(NetworkView view, ParticipantRecord record, DateTimeOffset now) => new(
        record.Id,
        record.ReserveBytesPerMonth,
        view.Usage.LentBy(record.Id, view.PeriodAt(now)).Total,
        view.SpentReserves.ContainsKey(record.Id),
        view.Nodes.Values.Count(n => n.Participant == record.Id && n.State != NodeState.Revoked),
        record.CreatedAt);
}
