using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>Ends a conversation with somebody.</summary>
internal sealed class CloseThreadDialogue : Dialogue
{
    public override string Id => "pc";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var state = visit.Desk.State;
        if (state.Threads.Find(argument) is not { ClosedAt: null } thread)
        {
            return Task.FromResult(AnswerThreadDialogue.Closed(visit));
        }

        visit.Changes.Put(state.Threads, thread.Id, thread with { ClosedAt = visit.Now, At = visit.Now });
        if (state.People.Find(thread.Person) is { } person && person.Thread == thread.Id)
        {
            visit.Changes.Put(state.People, thread.Person, person with { Thread = null });
        }

        visit.Notify(thread.Person, new() { Text = "support.closed-by-operator", Rows = [[new("menu.support", "sp", "")]] });
        return Task.FromResult(new Reply(visit.Say("thread.closed"), [[visit.To("menu.threads", "pt")]]));
    }
}
