using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Guests;

/// <summary><c>/cancel</c>: nothing is asked any more.</summary>
internal sealed class CancelDialogue(Lazy<DialogueBook> book) : Dialogue
{
    public override string Id => "cn";

    public override string Command => "cancel";

    public override Roles For => Roles.Everybody;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        visit.Done();
        return Task.FromResult(new Reply(visit.Say("cancelled"), book.Value.Menu(visit)));
    }
}
