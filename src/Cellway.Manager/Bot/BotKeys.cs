using System.Globalization;
using System.Security.Cryptography;
using Cellway.Manager.Api;
using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.View;
using Cellway.Model.Bot;
using Cellway.Model.State;

namespace Cellway.Manager.Bot;

/// <summary>Makes what opens something in the bot: invitations, and the codes that destructive acts want besides a button. The state has keyed hashes of them.</summary>
internal sealed class BotKeys(NetworkWriter writer, BotSeals seals, TimeProvider time)
{
    private const int SecretLength = 32; // Telegram takes 64 characters in a link
    private const string SecretAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly TimeSpan InvitationLasts = TimeSpan.FromDays(7);
    private static readonly TimeSpan CodeLasts = TimeSpan.FromMinutes(10);

    private BotState State => new(writer.Keys);

    /// <exception cref="AdminException">There is no such user or participant.</exception>
    public async Task<BotInvitation> InviteAsync(NewBotInvitation wanted, CancellationToken cancellationToken)
    {
        var (find, id) = wanted switch
        {
            { User: { } user, Participant: null } => ((Func<string, string>)writer.Keys.User, user),
            { User: null, Participant: { } participant } => (writer.Keys.Participant, participant),
            _ => throw AdminException.Invalid("Say whom to invite: a user or a participant."),
        };
        var found = await writer.FindAsync(find, id, cancellationToken)
            ?? throw AdminException.NotFound(wanted.User is null ? $"There is no participant {id}: see “cellway participant list”." : $"There is no user {id}: see “cellway user list”.");
        var secret = RandomNumberGenerator.GetString(SecretAlphabet, SecretLength);
        var record = new BotInvitationRecord { User = wanted.User, Participant = wanted.Participant, ExpiresAt = time.GetUtcNow() + InvitationLasts };
        var transaction = new StateTransaction()
            .Require(found.Key, found.ModRevision)
            .Create(State.InvitationKey(seals.HashOfCode(secret)), StateJson.Write(record));
        if (!await writer.TryCommitAsync(transaction, cancellationToken))
        {
            throw AdminException.Conflict($"{id} has just been changed: try again.");
        }

        var bot = await writer.Store.GetAsync(State.OffsetKey, cancellationToken) is { } entry ? StateJson.Read<BotOffsetRecord>(entry).Bot : null;
        return new($"/start {secret}", bot is { Length: > 0 } ? $"https://t.me/{bot}?start={secret}" : null, record.ExpiresAt);
    }

    public async Task<BotCode> NewCodeAsync(string @operator, CancellationToken cancellationToken)
    {
        var code = RandomNumberGenerator.GetInt32(100_000_000).ToString("00000000", CultureInfo.InvariantCulture);
        var record = new BotCodeRecord { By = @operator, ExpiresAt = time.GetUtcNow() + CodeLasts };
        await writer.TryCommitAsync(new StateTransaction().Put(State.CodeKey(seals.HashOfCode(code)), StateJson.Write(record)), cancellationToken);
        return new(code, record.ExpiresAt);
    }
}
