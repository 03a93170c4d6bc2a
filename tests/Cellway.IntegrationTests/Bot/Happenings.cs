using Cellway.IntegrationTests.Manager;
using Cellway.Manager.Api;
using Cellway.Model.Identities;

namespace Cellway.IntegrationTests.Bot;

/// <summary>What a conversation can have happen to the network around it.</summary>
internal sealed class Happenings
{
    private readonly Dictionary<string, string> _kept = new(StringComparer.Ordinal);

    /// <summary>Puts what was kept into the places of <c>{name}</c>.</summary>
    public string Fill(string text) => _kept.Aggregate(text, (t, kept) => t.Replace($"{{{kept.Key}}}", kept.Value, StringComparison.Ordinal));

    public async Task DoAsync(BotNetwork network, string words)
    {
        var admin = network.Network.Admin;
        switch (words.Split(' '))
        {
            case ["user", var user]:
                await admin.PostAsync<UserInfo>("/v1/users", new NewUser(user));
                await InviteAsync(admin, user, new(User: user));
                break;
            case ["participant", var participant]:
                if (!network.Network.View.Participants.ContainsKey(participant))
                {
                    await admin.PostAsync<ParticipantInfo>("/v1/participants", new NewParticipant(participant));
                }

                await InviteAsync(admin, participant, new(Participant: participant));
                break;
            case ["core", ManagedNetwork.Participant]:
                _kept["core"] = (await network.Network.EnrollAsync(Role.Core)).Id;
                break;
            case ["cell", var cell]:
                await admin.PostAsync<CellInfo>("/v1/cells", new NewCell(cell, $"entry.{cell}.example", $"exit.{cell}.example", ["127.0.0.1:8444"]));
                break;
            case ["code"]:
                _kept["code"] = (await admin.PostAsync<BotCode>("/v1/bot/codes")).Code;
                break;
            default:
                throw new InvalidDataException($"“{words}” cannot happen.");
        }
    }

    private async Task InviteAsync(AdminClient admin, string who, NewBotInvitation wanted) =>
        _kept[who] = (await admin.PostAsync<BotInvitation>("/v1/bot/invitations", wanted)).Command["/start ".Length..];
}
