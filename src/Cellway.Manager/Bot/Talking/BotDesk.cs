using System.Collections.Frozen;
using Cellway.Manager.Alerts;
using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Bot.Words;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.State;

namespace Cellway.Manager.Bot.Talking;

/// <summary>What every dialogue has at hand.</summary>
internal sealed class BotDesk
{
    private readonly FrozenDictionary<string, BotOperator> _operators;

    public BotDesk(
        BotOptions options, BotState state, BotSeals seals, IStateStore store, NetworkViewFeed feed, RouteTable routes, AttachedNodes attached, AlertBoard board, TimeProvider time)
    {
        Options = options;
        State = state;
        Seals = seals;
        Store = store;
        Feed = feed;
        Routes = routes;
        Attached = attached;
        Board = board;
        Time = time;
        _operators = options.Operators.ToFrozenDictionary(o => seals.HashOf(o.Id), StringComparer.Ordinal);
    }

    public BotOptions Options { get; }

    public BotState State { get; }

    public BotSeals Seals { get; }

    public IStateStore Store { get; }

    public NetworkViewFeed Feed { get; }

    public RouteTable Routes { get; }

    public AttachedNodes Attached { get; }

    public AlertBoard Board { get; }

    public TimeProvider Time { get; }

    /// <summary>The bot's name in Telegram, once it is known: links to it are made of it.</summary>
    public string BotName { get; set; } = "";

    /// <summary>Operators, by the hashes of their Telegram ids.</summary>
    public IEnumerable<string> Operators => _operators.Keys;

    public string? OperatorOf(long telegramId) => Options.Operators.FirstOrDefault(o => o.Id == telegramId)?.Name;

    /// <summary>Where to write to a person; <see langword="null"/>: nowhere any more.</summary>
    public long? ChatOf(string person) =>
        _operators.TryGetValue(person, out var found) ? found.Id
        : State.Chats.Find(person) is { } chat ? Seals.OpenChat(chat.Sealed)
        : null;

    public BotTexts TextsOf(string person) => BotTexts.For(State.People.Find(person)?.Language, null);
}
