using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.Participants;
using Cellway.Model.Regeneration;
using Cellway.Model.State;

namespace Cellway.Manager.Regeneration;

/// <summary>Makes the join tokens with which the participants of the old cell bring Cores to the new one.</summary>
/// <remarks>
/// Their secrets exist only in the answer: whoever asked hands each to its participant. What was made is in the record, so that asking
/// again makes only what is missing, and two who ask at once do not make twice as many.
/// </remarks>
internal sealed class RegenerationTokens(NetworkWriter writer, RegenerationRequests requests, NewJoinTokens tokens, TimeProvider time)
{
    private const int MaxTogether = 100; // etcd takes 128 operations in one transaction; who needs more asks again

    private const int MaxCores = 50;

    /// <exception cref="AdminException">There is no regeneration that waits for Cores, or no such participant.</exception>
    public async Task<IReadOnlyList<CreatedToken>> MakeAsync(string id, NewRegenerationTokens wanted, string @operator, CancellationToken cancellationToken)
    {
        if (wanted.Cores is < 1 or > MaxCores)
        {
            throw AdminException.Invalid($"A participant brings 1 to {MaxCores} Cores.");
        }

        if (wanted.Cores is not null && wanted.Participant is null)
        {
            throw AdminException.Invalid("Say who is to bring so many Cores: --participant.");
        }

        while (true)
        {
            var (entry, record) = await requests.RequireAsync(id, cancellationToken);
            RegenerationRequests.RequireUndoable(record);
            var transaction = new StateTransaction();
            List<CreatedToken> made = [];
            List<RegenerationInvitation> invitations = [];
            foreach (var invitation in await InvitedAsync(record, wanted, cancellationToken))
            {
                invitations.Add(wanted.Participant is null || invitation.Participant == wanted.Participant
                    ? await CompleteAsync(invitation, record.Successor, wanted, transaction, made, cancellationToken)
                    : invitation);
            }

            if (made.Count == 0)
            {
                return [];
            }

            transaction.Replace(entry, StateJson.Write(record with { Invitations = invitations }));
            var what = string.Join(", ", made.CountBy(t => t.Info.Participant).Select(p => $"{p.Value} for {p.Key}"));
            await RegenerationTimeline.TellAsync(
                transaction, writer.Store, writer.Keys, record, time.GetUtcNow(), $"operator {@operator}", $"Join tokens for {record.Successor} made: {what}.", null, cancellationToken);
            if (await writer.TryCommitAsync(transaction, cancellationToken))
            {
                return made;
            }
        }
    }

    private async Task<IReadOnlyList<RegenerationInvitation>> InvitedAsync(RegenerationRecord record, NewRegenerationTokens wanted, CancellationToken cancellationToken)
    {
        if (wanted.Participant is not { } who)
        {
            return record.Invitations;
        }

        if (await writer.FindAsync(writer.Keys.Participant, who, cancellationToken) is not { } participant || StateJson.Read<ParticipantRecord>(participant).RemovedAt is not null)
        {
            throw AdminException.NotFound($"There is no participant {who}: see “cellway participant list”.");
        }

        return record.Invitations.Any(i => i.Participant == who)
            ? [.. record.Invitations.Select(i => i.Participant == who ? i with { Cores = wanted.Cores ?? i.Cores } : i)]
            : [.. record.Invitations, new() { Participant = who, Cores = wanted.Cores ?? 1 }];
    }

    private async Task<RegenerationInvitation> CompleteAsync(
        RegenerationInvitation invitation, string cell, NewRegenerationTokens wanted, StateTransaction transaction, List<CreatedToken> made, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        List<string> kept = [];
        foreach (var known in invitation.Tokens)
        {
            if (await writer.FindAsync(writer.Keys.JoinToken, known, cancellationToken) is not { } entry)
            {
                continue;
            }

            var token = StateJson.Read<JoinTokenRecord>(entry);
            var open = RegenerationInfos.IsOpen(token, now);
            if (token.Spent is not null || (open && (!wanted.Again || transaction.Writes.Count >= MaxTogether)))
            {
                kept.Add(known);
            }
            else if (open)
            {
                transaction.Replace(entry, StateJson.Write(token with { RevokedAt = now }));
            }
        }

        while (kept.Count < invitation.Cores && transaction.Writes.Count < MaxTogether)
        {
            var (token, record) = tokens.Make(invitation.Participant, Role.Core, cell, wanted.Lifetime);
            transaction.Create(writer.Keys.JoinToken(record.Id), StateJson.Write(record));
            made.Add(new(token.Reveal(), NewJoinTokens.Show(record, now)));
            kept.Add(record.Id);
        }

        return invitation with { Tokens = kept };
    }
}
