using Cellway.Model.Bot;
using Cellway.Model.State;

namespace Cellway.Manager.Bot.Keeping;

/// <summary>All that the bot keeps, read when a replica begins to lead. It is apart from everything else of the network, and in no view of it.</summary>
internal sealed class BotState(StateKeys keys)
{
    public const string CodesFolder = "codes/";
    public const string InvitationsFolder = "invitations/";

    public StateKeys Keys => keys;

    public string OffsetKey => keys.Bot("offset");

    /// <summary>Who runs the bot.</summary>
    public string SeatKey => keys.Bot("seat");

    public string AlertsKey => keys.Bot("alerts");

    public BotTable<BotTalkRecord> Talks { get; } = new(keys, "talks/");

    public BotTable<BotPersonRecord> People { get; } = new(keys, "people/");

    public BotTable<BotChatRecord> Chats { get; } = new(keys, "chats/");

    public BotTable<BotRequestRecord> Requests { get; } = new(keys, "requests/");

    public BotTable<BotThreadRecord> Threads { get; } = new(keys, "threads/");

    public BotTable<BotMessageRecord> Outbox { get; } = new(keys, "outbox/");

    public BotTable<BotBroadcastRecord> Broadcasts { get; } = new(keys, "broadcasts/");

    private IReadOnlyList<IBotTable> Tables => [Talks, People, Chats, Requests, Threads, Outbox, Broadcasts];

    public string CodeKey(string hash) => keys.Bot(CodesFolder + hash);

    public string InvitationKey(string hash) => keys.Bot(InvitationsFolder + hash);

    public async Task LoadAsync(IStateStore store, CancellationToken cancellationToken)
    {
        foreach (var table in Tables)
        {
            table.Clear();
            var prefix = keys.Bot(table.Folder);
            foreach (var entry in (await store.ListAsync(prefix, cancellationToken)).Entries)
            {
                table.Set(entry.Key[prefix.Length..], entry);
            }
        }
    }
}
