using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.Participants;
using Cellway.Model.State;

namespace Cellway.Manager.Participants;

/// <summary>What can be done to participants, for whoever may. Each is one transaction.</summary>
internal sealed class ParticipantActs(NetworkWriter writer, NetworkViewFeed feed, TimeProvider time)
{
    /// <exception cref="AdminException">The name cannot be one, or is taken; or the reserve is none.</exception>
    public async Task<ParticipantInfo> CreateAsync(NewParticipant wanted, CancellationToken cancellationToken)
    {
        if (!Names.IsId(wanted.Id))
        {
            throw AdminException.Invalid($"“{wanted.Id}” is not a participant's name: use 1 to 63 of a–z, 0–9 and hyphens.");
        }

        RequireReserve(wanted.ReserveBytesPerMonth);
        var record = new ParticipantRecord { Id = wanted.Id, ReserveBytesPerMonth = wanted.ReserveBytesPerMonth, CreatedAt = time.GetUtcNow() };
        return await writer.TryCommitAsync(new StateTransaction().Create(writer.Keys.Participant(record.Id), StateJson.Write(record)), cancellationToken)
            ? Show(feed.Current, record, time.GetUtcNow())
            : throw AdminException.Conflict($"There is a participant {wanted.Id} already.");
    }

    /// <exception cref="AdminException">There is no such participant, or the reserve is none.</exception>
    public async Task<ParticipantInfo> ChangeAsync(string id, ParticipantChange change, CancellationToken cancellationToken)
    {
        RequireReserve(change.ReserveBytesPerMonth);
        var record = await writer.ChangeAsync<ParticipantRecord>(
                writer.Keys.Participant, id, p => p with { ReserveBytesPerMonth = change.ReserveBytesPerMonth ?? p.ReserveBytesPerMonth }, cancellationToken)
            ?? throw AdminException.NotFound($"There is no participant {id}: see “cellway participant list”.");
        return Show(feed.Current, record, time.GetUtcNow());
    }

    public static ParticipantInfo Show(NetworkView view, ParticipantRecord record, DateTimeOffset now) => new(
        record.Id,
        record.ReserveBytesPerMonth,
        view.Usage.LentBy(record.Id, view.PeriodAt(now)).Total,
        view.SpentReserves.ContainsKey(record.Id),
        view.Nodes.Values.Count(n => n.Participant == record.Id && n.State != NodeState.Revoked),
        record.CreatedAt);

    private static void RequireReserve(long? bytes)
    {
        if (bytes < 0)
        {
            throw AdminException.Invalid("A reserve cannot be negative: 0 lends nothing.");
        }
    }
}
