using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Cellway.Pki.Requesting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Enrollment;

/// <summary>The admin API's join tokens.</summary>
internal static class TokenEndpoints
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(24);
    private static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(7);

    public static void MapTokens(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/tokens", (NetworkViewFeed feed, TimeProvider time) => List(feed.Current, time.GetUtcNow()));
        admin.MapPost("/tokens", CreateAsync);
        admin.MapDelete("/tokens/{id}", RevokeAsync);
    }

    private static IReadOnlyList<TokenInfo> List(NetworkView view, DateTimeOffset now) =>
        [.. view.JoinTokens.Values.OrderBy(t => t.CreatedAt).Select(t => Show(t, now))];

    private static async Task<IResult> CreateAsync(
        NewToken wanted, NetworkWriter writer, NetworkViewFeed feed, NetworkAuthority authority, ManagementAddresses addresses, TimeProvider time, CancellationToken cancellationToken)
    {
        var role = wanted.Role switch
        {
            "core" => Role.Core,
            "entry" => Role.Entry,
            _ => throw AdminException.Invalid($"“{wanted.Role}” is not what a node can be: use core or entry."),
        };
        var lifetime = wanted.Lifetime ?? DefaultLifetime;
        if (lifetime < MinLifetime || lifetime > MaxLifetime)
        {
            throw AdminException.Invalid("A token lives from 1 second to 7 days.");
        }

        if (role == Role.Core && wanted.Cell is null)
        {
            throw AdminException.Invalid("A Core joins one cell: say which with --cell.");
        }

        var token = JoinToken.New(addresses.ForTokens(feed.Current), authority.Root.KeyHash);
        var now = time.GetUtcNow();
        var record = new JoinTokenRecord
        {
            Id = Convert.ToHexStringLower(token.Id),
            SecretHash = token.SecretHash().ToString(),
            Participant = wanted.Participant,
            Role = role,
            Cell = wanted.Cell,
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        };
        var transaction = new StateTransaction().Create(writer.Keys.JoinToken(record.Id), StateJson.Write(record));
        await RequireAsync(writer.Keys.Participant, wanted.Participant, $"There is no participant {wanted.Participant}: see “cellway participant list”.");
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

        return Results.Json(new CreatedToken(token.Reveal(), Show(record, now)), AdminJson.Default.CreatedToken, statusCode: StatusCodes.Status201Created);

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
        return Show(record, time.GetUtcNow());
    }

    private static TokenInfo Show(JoinTokenRecord token, DateTimeOffset now) => new(
        token.Id,
        token.Participant,
        token.Role.ToString().ToLowerInvariant(),
        token.Cell,
        token.Spent is not null ? "spent" : token.RevokedAt is not null ? "revoked" : now >= token.ExpiresAt ? "expired" : "open",
        token.Spent?.Node,
        token.ExpiresAt);
}
