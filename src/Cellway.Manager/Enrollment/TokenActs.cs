using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.Participants;
using Cellway.Model.State;

namespace Cellway.Manager.Enrollment;

/// <summary>What can be done to join tokens, for whoever may. Each is one transaction.</summary>
internal sealed class TokenActs(NetworkWriter writer, NewJoinTokens tokens, TimeProvider time)
{
    /// <exception cref="AdminException">There is no such participant or cell, or no such token can be.</exception>
    public async Task<CreatedToken> CreateAsync(NewToken wanted, CancellationToken cancellationToken)
    {
        var role = wanted.Role switch
        {
            "core" => Role.Core,
            "entry" => Role.Entry,
            _ => throw AdminException.Invalid($"“{wanted.Role}” is not what a node can be: use core or entry."),
        };
        if (role == Role.Core && wanted.Cell is null)
        {
            throw AdminException.Invalid("A Core joins one cell: say which with --cell.");
        }

        var (token, record) = tokens.Make(wanted.Participant, role, wanted.Cell, wanted.Lifetime);
        var transaction = new StateTransaction().Create(writer.Keys.JoinToken(record.Id), StateJson.Write(record));
        var participant = await RequireAsync(writer.Keys.Participant, wanted.Participant, $"There is no participant {wanted.Participant}: see “cellway participant list”.");
        if (StateJson.Read<ParticipantRecord>(participant).RemovedAt is not null)
        {
            throw AdminException.Conflict($"The participant {wanted.Participant} is being removed.");
        }

        if (wanted.Cell is not null)
        {
            var cell = await RequireAsync(writer.Keys.Cell, wanted.Cell, $"There is no cell {wanted.Cell}: see “cellway cell list”.");
            if (StateJson.Read<CellRecord>(cell).State == CellState.Retired)
            {
                throw AdminException.Conflict($"The cell {wanted.Cell} is retired.");
            }
        }

        if (!await writer.TryCommitAsync(transaction, cancellationToken))
        {
            throw AdminException.Conflict("The participant or the cell has just been changed: try again.");
        }

        return new(token.Reveal(), NewJoinTokens.Show(record, time.GetUtcNow()));

        async Task<StateEntry> RequireAsync(Func<string, string> key, string id, string otherwise)
        {
            var entry = await writer.FindAsync(key, id, cancellationToken) ?? throw AdminException.NotFound(otherwise);
            transaction.Require(entry.Key, entry.ModRevision);
            return entry;
        }
    }

    /// <exception cref="AdminException">There is no such token, or it has been spent.</exception>
    public async Task<TokenInfo> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        var record = await writer.ChangeAsync<JoinTokenRecord>(
                writer.Keys.JoinToken,
                id,
                t => t.Spent is not null
                    ? throw AdminException.Conflict($"The token has been spent on node {t.Spent.Node}: revoke that node instead.")
                    : t with { RevokedAt = t.RevokedAt ?? time.GetUtcNow() },
                cancellationToken)
            ?? throw AdminException.NotFound($"There is no token {id}: see “cellway token list”.");
        return NewJoinTokens.Show(record, time.GetUtcNow());
    }
}
