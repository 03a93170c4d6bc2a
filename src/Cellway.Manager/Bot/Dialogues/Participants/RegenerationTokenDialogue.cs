using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;
using Cellway.Model.Identities;
using Cellway.Model.Regeneration;

namespace Cellway.Manager.Bot.Dialogues.Participants;

/// <summary>The commands with which an invited participant brings Cores to the cell that replaces theirs.</summary>
internal sealed class RegenerationTokenDialogue : Dialogue
{
    private const int MaxShown = 5; // a message has room for no more commands

    public override string Id => "rg";

    public override Roles For => Roles.Participant;

    public override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        if (visit.Desk.State.Requests.Find(argument) is not { Kind: BotRequestKind.JoinToken, State: BotRequestState.Approved } request || request.Person != visit.Person
            || visit.View.Regenerations.Values.FirstOrDefault(r => r.Successor == request.Cell && r.Step.CanBeUndone()) is not { } regeneration)
        {
            return new(visit.Say("token.gone"), [[visit.To("menu.token", "jt")]]);
        }

        var made = await visit.Acts.RegenerationTokens.MakeAsync(regeneration.Cell, new(visit.Account.Participant, Again: true), request.DecidedBy ?? "?", cancellationToken);
        if (made.Count == 0)
        {
            return new(visit.Say("token.spent"), [[visit.To("menu.nodes", "nl")]]);
        }

        var commands = made.Take(MaxShown).Select(t => visit.Say("regeneration.command", ("command", JoinCommand.Of(visit.Desk.Options, Role.Core, t.Token))));
        return new(
            visit.Say("regeneration.commands", ("n", $"{made.Count}"), ("until", visit.Texts.Time(made[0].Info.ExpiresAt))) + "\n\n" + string.Join("\n\n", commands),
            [[visit.To("token.again", Id, request.Id)], [visit.To("menu.nodes", "nl")]])
        { IsNew = true };
    }
}
