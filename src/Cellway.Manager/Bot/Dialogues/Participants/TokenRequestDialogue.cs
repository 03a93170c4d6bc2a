using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;
using Cellway.Model.Cells;
using Cellway.Model.Identities;

namespace Cellway.Manager.Bot.Dialogues.Participants;

/// <summary><c>/token</c>: a participant asks for a join token; an operator allows it with one tap.</summary>
internal sealed class TokenRequestDialogue : Dialogue
{
    private const int MaxWord = 300;
    private const int MaxOpen = 3;

    public override string Id => "jt";

    public override string Command => "token";

    public override Roles For => Roles.Participant;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var open = visit.Desk.State.Requests.All.Count(r => r.Value is { State: BotRequestState.Open, Kind: BotRequestKind.JoinToken } && r.Value.Person == visit.Person);
        if (open >= MaxOpen)
        {
            return Task.FromResult(new Reply(visit.Say("token.too-many"), [[visit.To("button.menu", "mn")]]));
        }

        var cells = visit.View.Cells.Values.Where(c => c.State is CellState.Active or CellState.Forming).Select(c => c.Id).Order(StringComparer.Ordinal).ToList();
        return Task.FromResult(argument switch
        {
            "e" => visit.Ask(this, "word", ("role", nameof(Role.Entry)), ("cell", "")),
            ['c', ':', .. var name] when ShortName.Find(name, cells) is { } cell => visit.Ask(this, "word", ("role", nameof(Role.Core)), ("cell", cell)),
            _ => new(
                visit.Say("token.kind"),
                [
                    .. cells.Select(c => (IReadOnlyList<Button>)[Button.To($"{visit.Texts.Label("token.core")} · {c}", Id, $"c:{ShortName.Of(c)}")]),
                    [visit.To("token.entry", Id, "e")],
                    [visit.To("button.menu", "mn")],
                ]),
        });
    }

    public override Reply Question(Visit visit) => new(visit.Say("token.word"), [[visit.To("button.cancel", "cn")]]);

    public override Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken)
    {
        if (text.Length > MaxWord)
        {
            return Task.FromResult(new Reply(visit.Say("error.too-long", ("most", $"{MaxWord}"))));
        }

        var (role, cell) = (Enum.Parse<Role>(visit.Words["role"]), visit.Words["cell"] is { Length: > 0 } named ? named : null);
        var participant = visit.Account.Participant!;
        var request = new BotRequestRecord
        {
            Id = Names.NewId(),
            Person = visit.Person,
            Kind = BotRequestKind.JoinToken,
            State = BotRequestState.Open,
            At = visit.Now,
            Role = role,
            Cell = cell,
            Words = visit.Desk.Seals.Seal(new Dictionary<string, string> { ["name"] = participant, ["word"] = text }),
        };
        visit.Changes.Put(visit.Desk.State.Requests, request.Id, request);
        visit.NotifyOperators(new()
        {
            Text = "request.told.token",
            Values = new Dictionary<string, string> { ["name"] = participant, ["word"] = text, ["role"] = role.ToString(), ["cell"] = cell ?? "—" },
            Rows = [[new("button.approve", "oa", request.Id), new("button.refuse", "of", request.Id)]],
        });
        visit.Done();
        return Task.FromResult(new Reply(visit.Say("request.sent"), [[visit.To("button.menu", "mn")]]));
    }
}
