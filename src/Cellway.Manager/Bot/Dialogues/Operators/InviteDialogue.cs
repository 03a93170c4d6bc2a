using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary><c>/invite</c>: a link for somebody whom the network knows and the bot does not.</summary>
internal sealed class InviteDialogue : Dialogue
{
    private const int MaxShown = 40;

    public override string Id => "pv";

    public override string Command => "invite";

    public override Roles For => Roles.Operator;

    public override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var user = argument is ['u', ':', .. var u] ? ShortName.Find(u, visit.View.Accounts.AllUsers().Select(x => x.Id)) : null;
        var participant = argument is ['p', ':', .. var p] ? ShortName.Find(p, visit.View.Participants.Keys) : null;
        if (user is null && participant is null)
        {
            var rows = visit.View.Participants.Keys.Order(StringComparer.Ordinal).Take(MaxShown).Select(n => Button.To(n, Id, $"p:{ShortName.Of(n)}")).Chunk(2).Select(c => (IReadOnlyList<Button>)c).ToList();
            rows.Add([visit.To("menu.people", "op")]);
            return new(visit.Say("invite"), rows);
        }

        var invitation = await visit.Acts.Keys.InviteAsync(new(user, participant), cancellationToken);
        return new(
            visit.Say("invite.done", ("name", user ?? participant!), ("link", invitation.Link ?? invitation.Command), ("until", visit.Texts.Time(invitation.ExpiresAt))),
            [[Button.CopyOf(visit.Texts.Label("link.copy"), invitation.Link ?? invitation.Command)], [visit.To("button.menu", "mn")]])
        { IsNew = true };
    }
}
