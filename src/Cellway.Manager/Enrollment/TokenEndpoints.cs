using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Cellway.Manager.Authority;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.Participants;
using Cellway.Model.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Enrollment;

/// <summary>The admin API's join tokens.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/tokens", (NetworkViewFeed feed, TimeProvider time) => List(feed.Current, time.GetUtcNow()));
        admin.MapPost("/tokens", CreateAsync);
        admin.MapDelete("/tokens/{id}", RevokeAsync).As("token revoke");
    }

    private static IReadOnlyList<TokenInfo> List(NetworkView view, DateTimeOffset now) =>
        [.. view.JoinTokens.Values.OrderBy(t => t.CreatedAt).Select(t => NewJoinTokens.Show(t, now))];

    private static async Task<IResult> CreateAsync(
        NewToken wanted, NetworkWriter writer, NewJoinTokens tokens, TimeProvider time, CancellationToken cancellationToken)
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

        return Results.Json(new CreatedToken(token.Reveal(), NewJoinTokens.Show(record, time.GetUtcNow())), AdminJson.Default.CreatedToken, statusCode: StatusCodes.Status201Created);

        async Task<StateEntry> RequireAsync(Func<string, string> key, string id, string otherwise)
        {
            var entry = await writer.FindAsync(key, id, cancellationToken) ?? throw AdminException.NotFound(otherwise);
            transaction.Require(entry.Key, entry.ModRevision);
            return entry;
        }
    }

    private static async Task<TokenInfo> RevokeAsync(string id, NetworkWriter writer, TimeProvider time, CancellationToken cancellationToken)
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
