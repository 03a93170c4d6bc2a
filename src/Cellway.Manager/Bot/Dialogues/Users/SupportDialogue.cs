using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Words;
using Cellway.Model.Bot;
using Cellway.Model.Identities;

namespace Cellway.Manager.Bot.Dialogues.Users;

/// <summary><c>/support</c>: a conversation with the operators.</summary>
internal sealed class SupportDialogue : Dialogue
{
    public override string Id => "sp";

    public override string Command => "support";

    public override Roles For => Roles.Guest | Roles.User | Roles.Participant;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken) => Task.FromResult(
        (argument, visit.Desk.State.Threads.Find(visit.Account.Thread)) switch
        {
            (_, null or { ClosedAt: not null }) when argument == "c" => new(visit.Say("support.closed-already"), [[visit.To("button.menu", "mn")]]),
            ("c", { } open) => Close(visit, open),
            ("w", _) or (_, null or { ClosedAt: not null }) => visit.Ask(this, "text"),
            (_, { } open) => new(
                BotTexts.Join(visit.Say("support.thread"), ThreadLines.Show(visit, open)),
                [[visit.To("support.write", Id, "w"), visit.To("support.close", Id, "c")], [visit.To("button.menu", "mn")]]),
        });

    public override Reply Question(Visit visit) => new(visit.Say("support.ask"), [[visit.To("button.cancel", "cn")]]);

    public override Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken)
    {
        if (text.Length > ThreadLines.MaxLength)
        {
            return Task.FromResult(new Reply(visit.Say("error.too-long", ("most", $"{ThreadLines.MaxLength}"))));
        }

        var open = visit.Desk.State.Threads.Find(visit.Account.Thread) is { ClosedAt: null } going ? going : null;
        var thread = ThreadLines.Add(visit, open ?? new() { Id = Names.NewId(), Person = visit.Person, OpenedAt = visit.Now, At = visit.Now, Words = [] }, null, text);
        visit.Changes.Put(visit.Desk.State.Threads, thread.Id, thread);
        visit.Change(a => a with { Thread = thread.Id });
        visit.NotifyOperators(new()
        {
            Text = open is null ? "support.told.opened" : "support.told.line",
            Values = new Dictionary<string, string> { ["name"] = visit.Name, ["text"] = text },
            Rows = [[new("button.answer", "pr", thread.Id), new("button.close", "pc", thread.Id)]],
        });
        visit.Done();
        return Task.FromResult(new Reply(visit.Say("support.sent"), [[visit.To("support.write", Id, "w"), visit.To("support.close", Id, "c")]]));
    }

    private static Reply Close(Visit visit, BotThreadRecord thread)
    {
        visit.Changes.Put(visit.Desk.State.Threads, thread.Id, thread with { ClosedAt = visit.Now, At = visit.Now });
        visit.Change(a => a with { Thread = null });
        visit.NotifyOperators(new() { Text = "support.told.closed", Values = new Dictionary<string, string> { ["name"] = visit.Name } });
        return new(visit.Say("support.closed"), [[visit.To("button.menu", "mn")]]);
    }
}
