using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary><c>/requests</c>: what waits for a decision.</summary>
internal sealed class RequestsDialogue : Dialogue
{
    private const int MaxShown = 20;

    public override string Id => "or";

    public override string Command => "requests";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var open = visit.Desk.State.Requests.All.Select(r => r.Value).Where(r => r.State == BotRequestState.Open).OrderBy(r => r.At).ToList();
        if (open.Find(r => r.Id == argument) is { } chosen)
        {
            return Task.FromResult(new Reply(
                RequestText.Of(visit, chosen),
                [[visit.To("button.approve", "oa", chosen.Id), visit.To("button.refuse", "of", chosen.Id)], [visit.To("button.ban", "ob", $"r:{chosen.Id}")], [visit.To("button.back", Id)]]));
        }

        var rows = open.Take(MaxShown).Select(r => (IReadOnlyList<Button>)[Button.To(RequestText.LabelOf(visit, r), Id, r.Id)]).ToList();
        rows.Add([visit.To("button.menu", "mn")]);
        return Task.FromResult(new Reply(visit.Say(open.Count == 0 ? "requests.none" : "requests", ("n", $"{open.Count}")), rows));
    }
}
