using System.Text.RegularExpressions;
using Cellway.IntegrationTests.Manager;
using Cellway.Manager.Api;
using Cellway.Model.Bot;
using Cellway.Model.Identities;
using Cellway.Pki.Requesting;

namespace Cellway.IntegrationTests.Bot;

/// <summary>What a conversation can have happen to the network around it.</summary>
internal sealed partial class Happenings : IAsyncDisposable
{
    private const int LongerThanAMessage = 4200;

    private readonly Dictionary<string, string> _kept = new(StringComparer.Ordinal) { ["long"] = new('я', LongerThanAMessage) };
    private readonly Stack<IAsyncDisposable> _attached = new();

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
                _kept["core"] = await network.NewCoreAsync();
                break;
            case ["cell", var cell]:
                await admin.PostAsync<CellInfo>("/v1/cells", new NewCell(cell, $"entry.{cell}.example", $"exit.{cell}.example", ["127.0.0.1:8444"]));
                break;
            case ["device", var user, var name]:
                await network.Network.NewDeviceAsync(user, name);
                break;
            case ["trial-ends"]:
                foreach (var trial in (await admin.GetAsync<IReadOnlyList<UserInfo>>("/v1/users")).Where(u => u.ExpiresAt is not null))
                {
                    await admin.ExpectAsync<UserInfo>(HttpMethod.Patch, $"/v1/users/{trial.Id}", new UserChange(ExpiresAt: DateTimeOffset.UtcNow));
                }

                break;
            case ["joins"]:
                await JoinAsync(network);
                break;
            case ["telegram-fails"]:
                network.Telegram.Broken[1001] = network.Telegram.Broken[1002] = true;
                break;
            case ["telegram-works"]:
                network.Telegram.Broken.Clear();
                break;
            case ["broadcast-over"]:
                await RegenerationTests.UntilAsync(async () => (await network.Network.Store.ListAsync(network.Network.Keys.Bot("broadcasts/"), TestContext.Current.CancellationToken))
                    .Entries.All(e => Cellway.Model.State.StateJson.Read<BotBroadcastRecord>(e).EndedAt is not null));
                break;
            case ["replacement", var cell, var step]:
                await RegenerationTests.UntilAsync(async () => (await admin.GetAsync<RegenerationInfo>($"/v1/cells/{cell}/regeneration")).Step == step);
                break;
            case ["code"]:
                _kept["code"] = (await admin.PostAsync<BotCode>("/v1/bot/codes")).Code;
                break;
            default:
                throw new InvalidDataException($"“{words}” cannot happen.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_attached.TryPop(out var next))
        {
            await next.DisposeAsync();
        }
    }

    /// <summary>Somebody has run the command that the bot gave them last, and entries reach the new Core.</summary>
    private async Task JoinAsync(BotNetwork network)
    {
        var command = network.Telegram.Sent.Last(m => JoinTokenText().IsMatch(m.Plain));
        Assert.True(JoinToken.TryParse(JoinTokenText().Match(command.Plain).Value, out var token, out _));
        var key = NodeKey.New();
        using var anonymous = network.Network.Connect(null);
        var joined = new EnrolledNode(key, await anonymous.EnrollAsync(ManagedNetwork.Request(token, Role.Core, key)));
        var client = network.Network.Connect(joined.Certificate);
        _attached.Push(new Closing(client));
        _attached.Push(await client.AttachAsync());
        await RegenerationTests.ReadyAsync(network.Network, joined.Id);
    }

    [GeneratedRegex(@"cw1_[A-Za-z0-9_-]+")]
    private static partial Regex JoinTokenText();

    private sealed class Closing(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private async Task InviteAsync(AdminClient admin, string who, NewBotInvitation wanted) =>
        _kept[who] = (await admin.PostAsync<BotInvitation>("/v1/bot/invitations", wanted)).Command["/start ".Length..];
}
