using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Guests;

/// <summary><c>/language</c>: Russian or English.</summary>
internal sealed class LanguageDialogue : Dialogue
{
    public override string Id => "lg";

    public override string Command => "language";

    public override Roles For => Roles.Everybody;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        if (argument is "ru" or "en")
        {
            visit.Speak(argument);
            return Task.FromResult(new Reply(visit.Say("language.changed"), [[visit.To("button.menu", "mn")]]));
        }

        return Task.FromResult(new Reply(visit.Say("language"), [[Button.To("Русский", Id, "ru"), Button.To("English", Id, "en")]]));
    }
}
