using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Guests;

/// <summary><c>/help</c>: the commands of this person's roles.</summary>
internal sealed class HelpDialogue(Lazy<DialogueBook> book) : Dialogue
{
    public override string Id => "hp";

    public override string Command => "help";

    public override Roles For => Roles.Everybody;

    public override bool EvenIfBanned => true;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var lines = book.Value.All
            .Where(d => d.Command is not null && (d.For & visit.Roles) != 0)
            .Select(d => $"/{d.Command} — {visit.Say($"help.{d.Command}")}");
        return Task.FromResult(new Reply(Words.BotTexts.Join(visit.Say("help"), lines), [[visit.To("button.menu", "mn")]]));
    }
}
