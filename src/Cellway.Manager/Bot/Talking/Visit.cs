using System.Globalization;
using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Bot.Transport;
using Cellway.Manager.Bot.Words;
using Cellway.Manager.View;
using Cellway.Model.Bot;
using Cellway.Model.Identities;

namespace Cellway.Manager.Bot.Talking;

/// <summary>One update of one person, while it is handled: who they are, and what changes.</summary>
internal sealed class Visit
{
    private static readonly TimeSpan WaitFor = TimeSpan.FromMinutes(30);

    private readonly Incoming _incoming;
    private readonly BotTalkRecord _first;
    private readonly Lazy<BotActs> _steps;
    private BotTalkRecord _talk;

    public Visit(BotDesk desk, Incoming incoming, BotChanges changes, BotActs acts, Func<BotActs> steps)
    {
        _incoming = incoming;
        _steps = new(steps);
        Desk = desk;
        Changes = changes;
        Acts = acts;
        Now = desk.Time.GetUtcNow();
        View = desk.Feed.Current;
        Person = desk.Seals.HashOf(incoming.From);
        Account = desk.State.People.Find(Person) ?? new() { Since = Now };
        Operator = desk.OperatorOf(incoming.From);
        Roles = RolesOf(Account) | (Operator is null ? 0 : Roles.Operator);
        Texts = BotTexts.For(Account.Language, incoming.Language);
        var before = desk.State.Talks.Find(Person);
        _talk = (before?.Until > Now ? before : new() { LastUpdate = 0, At = Now }) with { LastUpdate = incoming.Update, At = Now };
        Words = desk.Seals.Open(_talk.Words);
        _first = _talk;
        Changes.Put(desk.State.Talks, Person, _talk);
        if (Account.Unreachable)
        {
            Change(a => a with { Unreachable = false }); // they have just written
        }
    }

    public BotDesk Desk { get; }

    public BotChanges Changes { get; }

    /// <summary>What can be done to the network, by the same code as the admin API does it.</summary>
    public BotActs Acts { get; }

    /// <summary>The same for what takes several transactions: the mark comes after all of them, so each must be such that doing it again does no harm.</summary>
    public BotActs Steps => _steps.Value;

    public DateTimeOffset Now { get; }

    public NetworkView View { get; }

    /// <summary>The hash of their Telegram id.</summary>
    public string Person { get; }

    public BotPersonRecord Account { get; private set; }

    public Roles Roles { get; }

    /// <summary>Their name as an operator, if they are one.</summary>
    public string? Operator { get; }

    public BotTexts Texts { get; private set; }

    /// <summary>Which question is open.</summary>
    public string? Step => _talk.Step;

    /// <summary>The dialogue that asks it.</summary>
    public string? Waiting => _talk.Dialogue;

    /// <summary>What was answered so far.</summary>
    public IReadOnlyDictionary<string, string> Words { get; private set; }

    /// <summary>The name that Telegram shows them is no business of the bot's; this is what they are known by here.</summary>
    public string Name => Account.User ?? Account.Participant ?? Operator ?? $"?{Person[..6]}";

    public string Say(string key, params ReadOnlySpan<(string Name, string Value)> values) => Texts.Say(key, values);

    public Button To(string label, string dialogue, string argument = "", TimeSpan? lasts = null) => Button.To(Texts.Label(label), dialogue, argument, lasts);

    /// <summary>Waits for an answer: the next text of this person goes to <paramref name="dialogue"/>.</summary>
    public Reply Ask(Dialogue dialogue, string step, params ReadOnlySpan<(string Name, string Value)> words)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in words)
        {
            kept[name] = value;
        }

        Words = kept;
        SetTalk(_talk with { Dialogue = dialogue.Id, Step = step, Until = Now + WaitFor, Words = kept.Count == 0 ? null : Desk.Seals.Seal(Words) });
        return dialogue.Question(this);
    }

    /// <summary>Waits no more.</summary>
    public void Done()
    {
        Words = new Dictionary<string, string>();
        SetTalk(_talk with { Dialogue = null, Step = null, Until = null, Words = null });
    }

    /// <summary>Nothing was done: what remains is that the update was handled.</summary>
    public void Undo()
    {
        Changes.Clear();
        Words = Desk.Seals.Open(_first.Words);
        SetTalk(_first);
    }

    /// <summary>Changes what is remembered of the person, and remembers where to write to them.</summary>
    public void Change(Func<BotPersonRecord, BotPersonRecord> change)
    {
        Account = change(Account);
        Account = Account with { Language = Account.Language ?? Texts.Language }; // in which to write to them
        Changes.Put(Desk.State.People, Person, Account);
        if (Desk.State.Chats.Find(Person) is null)
        {
            Changes.Put(Desk.State.Chats, Person, new BotChatRecord { Sealed = Desk.Seals.SealChat(_incoming.From) });
        }
    }

    public void Speak(string language)
    {
        Change(a => a with { Language = language });
        Texts = BotTexts.For(language, null);
    }

    /// <summary>Lets somebody else know, with the effect of this update.</summary>
    public void Notify(string person, OutboxWords words, DateTimeOffset? notBefore = null)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{Now.UtcTicks:x16}-{Names.NewId()}");
        Changes.Put(Desk.State.Outbox, id, new BotMessageRecord { Id = id, To = person, Words = Desk.Seals.Seal(words, BotJson.Default.OutboxWords), At = Now, NotBefore = notBefore });
    }

    public void NotifyOperators(OutboxWords words)
    {
        foreach (var person in Desk.Operators.Where(p => p != Person))
        {
            Notify(person, words);
        }
    }

    private void SetTalk(BotTalkRecord talk)
    {
        _talk = talk;
        Changes.Put(Desk.State.Talks, Person, talk);
    }

    private Roles RolesOf(BotPersonRecord account)
    {
        var roles = account.User is { } user && View.Accounts.FindUser(user) is not null ? Roles.User : 0;
        roles |= account.Participant is { } participant && View.Participants.ContainsKey(participant) ? Roles.Participant : 0;
        return roles == 0 ? Roles.Guest : roles;
    }
}
