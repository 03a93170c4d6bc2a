using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;
using Cellway.Model.State;

namespace Cellway.Manager.Bot.Dialogues.Guests;

/// <summary><c>/start</c>: who the bot is; and with the secret of an invitation, whom it makes of the person.</summary>
internal sealed class StartDialogue(Lazy<DialogueBook> book) : Dialogue
{
    public override string Id => "st";

    public override string Command => "start";

    public override Roles For => Roles.Everybody;

    public override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        visit.Done();
        if (argument.Length > 0)
        {
            return await AcceptAsync(visit, argument, cancellationToken);
        }

        if (visit.Operator is not null)
        {
            visit.Change(a => a); // alerts are in the language that they are spoken to in
        }

        var text = visit.Roles switch
        {
            _ when visit.Operator is not null => "start.operator",
            Roles.Guest => "start.guest",
            _ => "start.member",
        };
        return new(visit.Say(text, ("network", visit.View.Network?.Name ?? ""), ("name", visit.Name)), book.Value.Menu(visit));
    }

    private async Task<Reply> AcceptAsync(Visit visit, string secret, CancellationToken cancellationToken)
    {
        var key = visit.Desk.State.InvitationKey(visit.Desk.Seals.HashOfCode(secret));
        if (await visit.Desk.Store.GetAsync(key, cancellationToken) is not { } entry
            || StateJson.Read<BotInvitationRecord>(entry) is not { } invitation || invitation.ExpiresAt <= visit.Now)
        {
            return new(visit.Say("invitation.invalid"), book.Value.Menu(visit));
        }

        visit.Changes.Spend(entry);
        visit.Change(a => a with { User = invitation.User ?? a.User, Participant = invitation.Participant ?? a.Participant });
        return new(
            visit.Say(invitation.User is not null ? "invitation.user" : "invitation.participant", ("name", invitation.User ?? invitation.Participant ?? "")),
            [[invitation.User is not null ? visit.To("menu.devices", "dl") : visit.To("menu.nodes", "nl")], [visit.To("button.menu", "mn")]]);
    }
}
