using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Words;
using Cellway.Model.Bot;
using Cellway.Model.Identities;

namespace Cellway.Manager.Bot.Dialogues.Guests;

/// <summary><c>/request</c>: a guest asks to use the network, or to lend it a server; an operator decides.</summary>
internal sealed class RequestDialogue : Dialogue
{
    private const int MaxName = 64;
    private const int MaxWord = 500;
    private static readonly TimeSpan AgainAfter = TimeSpan.FromHours(24);

    public override string Id => "ar";

    public override string Command => "request";

    public override Roles For => Roles.Guest | Roles.User | Roles.Participant;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        if (Objection(visit, argument) is { } objection)
        {
            return Task.FromResult(objection);
        }

        return Task.FromResult(argument is "a" or "c"
            ? visit.Ask(this, "name", ("kind", argument))
            : new Reply(visit.Say("request.kind"), [[visit.To("request.access", Id, "a")], [visit.To("request.contribute", Id, "c")]]));
    }

    public override Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken)
    {
        var most = visit.Step == "name" ? MaxName : MaxWord;
        if (text.Length > most)
        {
            return Task.FromResult(new Reply(visit.Say("error.too-long", ("most", $"{most}"))));
        }

        return Task.FromResult(visit.Step == "name"
            ? OneLine.Of(text) is { Length: > 0 } name ? visit.Ask(this, "word", ("kind", visit.Words["kind"]), ("name", name)) : Question(visit)
            : Objection(visit, visit.Words["kind"]) ?? Send(visit, text));
    }

    public override Reply Question(Visit visit) => new(visit.Say(visit.Step == "name" ? "request.name" : "request.word"), [[visit.To("button.cancel", "cn")]]);

    private static Reply? Objection(Visit visit, string kind)
    {
        if (kind == "c" ? visit.Roles.HasFlag(Roles.Participant) : visit.Roles.HasFlag(Roles.User))
        {
            return new(visit.Say("request.needless"), [[visit.To("button.menu", "mn")]]);
        }

        return visit.Desk.State.Requests.Find(visit.Account.Request) switch
        {
            { State: BotRequestState.Open } => new(visit.Say("request.open"), [[visit.To("button.menu", "mn")]]),
            { State: BotRequestState.Refused, DecidedAt: { } at } when at + AgainAfter > visit.Now =>
                new(visit.Say("request.too-soon", ("in", visit.Texts.Span(at + AgainAfter - visit.Now))), [[visit.To("menu.support", "sp")]]),
            _ => null,
        };
    }

    private static Reply Send(Visit visit, string word)
    {
        var kind = visit.Words["kind"] == "c" ? BotRequestKind.Contribute : BotRequestKind.Access;
        var name = visit.Words["name"];
        var request = new BotRequestRecord
        {
            Id = Names.NewId(),
            Person = visit.Person,
            Kind = kind,
            State = BotRequestState.Open,
            At = visit.Now,
            Words = visit.Desk.Seals.Seal(new Dictionary<string, string> { ["name"] = name, ["word"] = word }),
        };
        visit.Changes.Put(visit.Desk.State.Requests, request.Id, request);
        visit.Change(a => a with { Request = request.Id });
        visit.NotifyOperators(new()
        {
            Text = kind == BotRequestKind.Access ? "request.told.access" : "request.told.contribute",
            Values = new Dictionary<string, string> { ["name"] = name, ["word"] = word },
            Rows = [[new("button.approve", "oa", request.Id), new("button.refuse", "of", request.Id)], [new("button.ban", "ob", $"r:{request.Id}")]],
        });
        visit.Done();
        return new(visit.Say("request.sent"), visit.Desk.Options.Trials > 0 && kind == BotRequestKind.Access ? [[visit.To("menu.trial", "tr")], [visit.To("menu.status", "rs")]] : [[visit.To("menu.status", "rs")]]);
    }
}
