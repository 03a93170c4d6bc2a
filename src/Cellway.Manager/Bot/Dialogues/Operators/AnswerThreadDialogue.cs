using Cellway.Manager.Bot.Dialogues.Users;
using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>Answers somebody who has written to the operators.</summary>
internal sealed class AnswerThreadDialogue : Dialogue
{
    public override string Id => "pr";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken) => Task.FromResult(
        visit.Desk.State.Threads.Find(argument) is { ClosedAt: null } ? visit.Ask(this, "text", ("thread", argument)) : Closed(visit));

    public override Reply Question(Visit visit) => new(visit.Say("thread.ask"), [[visit.To("button.cancel", "cn")]]) { IsNew = true };

    public override Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken)
    {
        if (text.Length > ThreadLines.MaxLength)
        {
            return Task.FromResult(new Reply(visit.Say("error.too-long", ("most", $"{ThreadLines.MaxLength}"))));
        }

        var thread = visit.Desk.State.Threads.Find(visit.Words["thread"]);
        visit.Done();
        if (thread is not { ClosedAt: null })
        {
            return Task.FromResult(Closed(visit));
        }

        visit.Changes.Put(visit.Desk.State.Threads, thread.Id, ThreadLines.Add(visit, thread, visit.Operator, text));
        visit.Notify(thread.Person, new()
        {
            Text = "support.answer",
            Values = new Dictionary<string, string> { ["text"] = text },
            Rows = [[new("support.write", "sp", "w"), new("support.close", "sp", "c")]],
        });
        return Task.FromResult(new Reply(visit.Say("thread.answered"), [[visit.To("button.close", "pc", thread.Id)], [visit.To("menu.threads", "pt")]]));
    }

    internal static Reply Closed(Visit visit) => new(visit.Say("thread.closed-already"), [[visit.To("menu.threads", "pt")]]);
}
