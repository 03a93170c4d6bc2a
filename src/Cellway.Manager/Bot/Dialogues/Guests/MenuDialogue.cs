using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Guests;

/// <summary><c>/menu</c>: what can be done.</summary>
internal sealed class MenuDialogue(Lazy<DialogueBook> book) : Dialogue
{
    public override string Id => "mn";

    public override string Command => "menu";

    public override Roles For => Roles.Everybody;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        visit.Done();
        return Task.FromResult(new Reply(visit.Say("menu"), book.Value.Menu(visit)));
    }
}
