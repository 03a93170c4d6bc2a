using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Bot.Dialogues.Participants;

/// <summary>Makes the token that an operator has allowed, when the participant is at their server: a secret that nobody waits for is none in the state.</summary>
internal sealed class TokenGetDialogue : Dialogue
{
    public override string Id => "jg";

    public override Roles For => Roles.Participant;

    public override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var state = visit.Desk.State;
        if (state.Requests.Find(argument) is not { Kind: BotRequestKind.JoinToken, State: BotRequestState.Approved } request || request.Person != visit.Person)
        {
            return new(visit.Say("token.gone"), [[visit.To("menu.token", "jt")]]);
        }

        if (visit.View.JoinTokens.GetValueOrDefault(request.Token ?? "") is { } before)
        {
            if (before.Spent is not null)
            {
                return new(visit.Say("token.spent"), [[visit.To("menu.nodes", "nl")], [visit.To("menu.token", "jt")]]);
            }

            await RevokeAsync(visit, before, cancellationToken);
        }

        var role = request.Role ?? Role.Core;
        var created = await visit.Acts.Tokens.CreateAsync(new(visit.Account.Participant!, role.ToString().ToLowerInvariant(), request.Cell), cancellationToken);
        visit.Changes.Put(state.Requests, request.Id, request with { Token = created.Info.Id });
        return new(
            visit.Say("token", ("command", JoinCommand.Of(visit.Desk.Options, role, created.Token)), ("until", visit.Texts.Time(created.Info.ExpiresAt))),
            [[Button.CopyOf(visit.Texts.Label("link.copy"), created.Token)], [visit.To("token.again", Id, request.Id)], [visit.To("menu.nodes", "nl")]])
        { IsNew = true };
    }

    // The one that was made before is of no more use, and must not let in whoever finds it in the chat.
    private static async Task RevokeAsync(Visit visit, JoinTokenRecord before, CancellationToken cancellationToken)
    {
        if (before.RevokedAt is null)
        {
            await visit.Acts.Tokens.RevokeAsync(before.Id, cancellationToken);
        }
    }
}
