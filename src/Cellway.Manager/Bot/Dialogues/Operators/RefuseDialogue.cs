using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>Refuses a request, with a reason that the person is told.</summary>
internal sealed class RefuseDialogue : Dialogue
{
    private const int MaxReason = 300;

    public override string Id => "of";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken) => Task.FromResult(
        visit.Desk.State.Requests.Find(argument) is { State: BotRequestState.Open } request
            ? visit.Ask(this, "reason", ("request", request.Id))
            : RequestText.Decided(visit, visit.Desk.State.Requests.Find(argument)));

    public override Reply Question(Visit visit) => new(visit.Say("refuse.reason"), [[visit.To("button.cancel", "cn")]]) { IsNew = true };

    public override Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken)
    {
        var state = visit.Desk.State;
        if (text.Length > MaxReason)
        {
            return Task.FromResult(new Reply(visit.Say("error.too-long", ("most", $"{MaxReason}"))));
        }

        var request = state.Requests.Find(visit.Words["request"]);
        visit.Done();
        if (request is not { State: BotRequestState.Open })
        {
            return Task.FromResult(RequestText.Decided(visit, request));
        }

        var words = new Dictionary<string, string>(visit.Desk.Seals.Open(request.Words)) { ["reason"] = text };
        visit.Changes.Put(state.Requests, request.Id, request with
        {
            State = BotRequestState.Refused,
            DecidedAt = visit.Now,
            DecidedBy = visit.Operator,
            Words = visit.Desk.Seals.Seal(words),
        });
        visit.Notify(request.Person, new()
        {
            Text = request.Kind == BotRequestKind.JoinToken ? "refused.token" : "refused",
            Values = new Dictionary<string, string> { ["reason"] = text },
            Rows = [[new("menu.support", "sp", "")]],
        });
        return Task.FromResult(new Reply(visit.Say("request.refused"), [[visit.To("menu.requests", "or")]]));
    }
}
