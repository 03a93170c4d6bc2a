using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Pki.Requesting;

namespace Cellway.Manager.Authority;

/// <summary>Makes join tokens.</summary>
internal sealed class NewJoinTokens(NetworkViewFeed feed, NetworkAuthority authority, ManagementAddresses addresses, TimeProvider time)
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(24);
    private static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(7);

    /// <summary>A token, and what the network keeps of it.</summary>
    /// <exception cref="AdminException">It cannot live for so long, or so short.</exception>
    public (JoinToken Token, JoinTokenRecord Record) Make(string participant, Role role, string? cell, TimeSpan? lifetime)
    {
        var lives = lifetime ?? DefaultLifetime;
        if (lives < MinLifetime || lives > MaxLifetime)
        {
            throw AdminException.Invalid("A token lives from 1 second to 7 days.");
        }

        var token = JoinToken.New(addresses.ForTokens(feed.Current), authority.Anchor.KeyHash);
        var now = time.GetUtcNow();
        return (token, new()
        {
            Id = Convert.ToHexStringLower(token.Id),
            SecretHash = token.SecretHash().ToString(),
            Participant = participant,
            Role = role,
            Cell = cell,
            CreatedAt = now,
            ExpiresAt = now + lives,
        });
    }

    /// <summary>A token as people see it.</summary>
    public static TokenInfo Show(JoinTokenRecord token, DateTimeOffset now) => new(
        token.Id,
        token.Participant,
        token.Role.ToString().ToLowerInvariant(),
        token.Cell,
        token.Spent is not null ? "spent" : token.RevokedAt is not null ? "revoked" : now >= token.ExpiresAt ? "expired" : "open",
        token.Spent?.Node,
        token.ExpiresAt);
}
