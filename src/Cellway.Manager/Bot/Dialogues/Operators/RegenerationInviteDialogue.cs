using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;
using Cellway.Model.Identities;
using Cellway.Model.Regeneration;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>Allows the participants of a cell that is replaced to bring Cores to the new one, and tells each how, step by step.</summary>
internal sealed class RegenerationInviteDialogue : Dialogue
{
    public override string Id => "pi";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var state = visit.Desk.State;
        if (ShortName.Find(argument, visit.View.Regenerations.Keys) is not { } cell || visit.View.Regenerations[cell] is not { } regeneration || !regeneration.Step.CanBeUndone())
        {
            return Task.FromResult(new Reply(visit.Say("regeneration.none"), [[visit.To("menu.cells", "oc")]]));
        }

        List<string> unknown = [];
        var told = 0;
        foreach (var invitation in regeneration.Invitations)
        {
            if (state.People.All.FirstOrDefault(p => p.Value.Participant == invitation.Participant) is not { Key: { } person })
            {
                unknown.Add(invitation.Participant);
                continue;
            }

            var request = state.Requests.All.Select(r => r.Value).FirstOrDefault(r => r.Person == person && r.Cell == regeneration.Successor && r.State == BotRequestState.Approved) ?? new BotRequestRecord
            {
                Id = Names.NewId(),
                Person = person,
                Kind = BotRequestKind.JoinToken,
                State = BotRequestState.Approved,
                At = visit.Now,
                DecidedAt = visit.Now,
                DecidedBy = visit.Operator,
                Role = Role.Core,
                Cell = regeneration.Successor,
            };
            visit.Changes.Put(state.Requests, request.Id, request);
            visit.Notify(person, new()
            {
                Text = "regeneration.invited",
                Values = new Dictionary<string, string> { ["cell"] = cell, ["successor"] = regeneration.Successor, ["cores"] = $"{invitation.Cores}" },
                Rows = [[new("token.get", "rg", request.Id)]],
            });
            told++;
        }

        return Task.FromResult(new Reply(
            visit.Say("regeneration.invited.done", ("n", $"{told}"), ("unknown", unknown.Count == 0 ? "—" : string.Join(", ", unknown))), [[visit.To("cell.regeneration", "pz", argument)]]));
    }
}
