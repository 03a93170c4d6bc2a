using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.State;

namespace Cellway.Manager.Users;

/// <summary>What can be done to users, for whoever may. Each is one transaction.</summary>
internal sealed class UserActs(NetworkWriter writer, NetworkViewFeed feed, TimeProvider time)
{
    /// <exception cref="AdminException">The name cannot be one, or is taken.</exception>
    public async Task<UserInfo> CreateAsync(NewUser wanted, CancellationToken cancellationToken)
    {
        if (!Names.IsId(wanted.Id))
        {
            throw AdminException.Invalid($"“{wanted.Id}” is not a user's name: use 1 to 63 of a–z, 0–9 and hyphens.");
        }

        var record = new UserRecord { Id = wanted.Id, CreatedAt = time.GetUtcNow(), ExpiresAt = wanted.ExpiresAt };
        return await writer.TryCommitAsync(new StateTransaction().Create(writer.Keys.User(record.Id), StateJson.Write(record)), cancellationToken)
            ? new(record.Id, false, record.ExpiresAt, 0, record.CreatedAt)
            : throw AdminException.Conflict($"There is a user {wanted.Id} already.");
    }

    /// <exception cref="AdminException">There is no such user, or the change contradicts itself.</exception>
    public async Task<UserInfo> ChangeAsync(string id, UserChange change, CancellationToken cancellationToken)
    {
        if (change is { ExpiresAt: not null, NeverExpires: true })
        {
            throw AdminException.Invalid("A user's time ends at a moment or never, not both.");
        }

        var user = await writer.ChangeAsync<UserRecord>(
                writer.Keys.User, id, u => Changed(u, change, time.GetUtcNow()), cancellationToken)
            ?? throw AdminException.NotFound($"There is no user {id}: see “cellway user list”.");
        return new(user.Id, user.Disabled, user.ExpiresAt, feed.Current.Accounts.DevicesOf(id), user.CreatedAt);
    }

    /// <exception cref="AdminException">There is no such user, or they have devices.</exception>
    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        while (await writer.FindAsync(writer.Keys.User, id, cancellationToken) is { } entry)
        {
            if (feed.Current.Accounts.DevicesOf(id) > 0)
            {
                throw AdminException.Conflict($"{id} has devices: remove them first.");
            }

            if (await writer.TryCommitAsync(new StateTransaction().Require(entry.Key, entry.ModRevision).Delete(entry.Key), cancellationToken))
            {
                return;
            }
        }

        throw AdminException.NotFound($"There is no user {id}: see “cellway user list”.");
    }

    private static UserRecord Changed(UserRecord user, UserChange change, DateTimeOffset now)
    {
        var ends = change.NeverExpires ? null : change.ExpiresAt ?? user.ExpiresAt;
        return user with { Disabled = change.Disabled ?? user.Disabled, ExpiresAt = ends, Expired = ends <= now };
    }
}
