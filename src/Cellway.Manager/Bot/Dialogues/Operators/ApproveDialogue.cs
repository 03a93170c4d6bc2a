using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Words;
using Cellway.Model.Bot;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>Agrees to a request: the user or participant comes to be in the same transaction.</summary>
internal sealed class ApproveDialogue : Dialogue
{
    public override string Id => "oa";

    public override Roles For => Roles.Operator;

    public override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var state = visit.Desk.State;
        if (state.Requests.Find(argument) is not { State: BotRequestState.Open } request || state.People.Find(request.Person) is not { } person)
        {
            return RequestText.Decided(visit, state.Requests.Find(argument));
        }

        visit.Changes.Put(state.Requests, request.Id, request with { State = BotRequestState.Approved, DecidedAt = visit.Now, DecidedBy = visit.Operator });
        var wanted = Slug.Of(visit.Desk.Seals.Open(request.Words).GetValueOrDefault("name", ""));
        return request.Kind switch
        {
            BotRequestKind.Access => await AdmitUserAsync(visit, request, person, wanted, cancellationToken),
            BotRequestKind.Contribute => await AdmitParticipantAsync(visit, request, person, wanted, cancellationToken),
            _ => AllowToken(visit, request),
        };
    }

    private static async Task<Reply> AdmitUserAsync(Visit visit, BotRequestRecord request, BotPersonRecord person, string wanted, CancellationToken cancellationToken)
    {
        var name = Slug.Free(wanted.Length > 0 ? wanted : "user", n => visit.View.Accounts.FindUser(n) is not null);
        visit.Changes.Put(visit.Desk.State.People, request.Person, person with { User = name });
        visit.Notify(request.Person, new()
        {
            Text = "approved.access",
            Values = new Dictionary<string, string> { ["name"] = name },
            Rows = [[new("devices.add", "da", "")], [new("button.menu", "mn", "")]],
        });
        await visit.Acts.Users.CreateAsync(new(name), cancellationToken);
        return new(visit.Say("request.approved.user", ("name", name)), [[visit.To("menu.requests", "or")]]);
    }

    private static async Task<Reply> AdmitParticipantAsync(Visit visit, BotRequestRecord request, BotPersonRecord person, string wanted, CancellationToken cancellationToken)
    {
        var name = Slug.Free(wanted.Length > 0 ? wanted : "participant", visit.View.Participants.ContainsKey);
        visit.Changes.Put(visit.Desk.State.People, request.Person, person with { Participant = name });
        visit.Notify(request.Person, new()
        {
            Text = "approved.contribute",
            Values = new Dictionary<string, string> { ["name"] = name },
            Rows = [[new("menu.token", "jt", "")], [new("button.menu", "mn", "")]],
        });
        await visit.Acts.Participants.CreateAsync(new(name), cancellationToken);
        return new(visit.Say("request.approved.participant", ("name", name)), [[visit.To("menu.requests", "or")]]);
    }

    private static Reply AllowToken(Visit visit, BotRequestRecord request)
    {
        visit.Notify(request.Person, new() { Text = "approved.token", Rows = [[new("token.get", "jg", request.Id)]] });
        return new(visit.Say("request.approved.token"), [[visit.To("menu.requests", "or")]]);
    }
}
