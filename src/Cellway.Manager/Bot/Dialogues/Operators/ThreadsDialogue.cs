using Cellway.Manager.Bot.Dialogues.Users;
using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Words;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary><c>/threads</c>: conversations with people that are not closed.</summary>
internal sealed class ThreadsDialogue : Dialogue
{
    private const int MaxShown = 20;

    public override string Id => "pt";

    public override string Command => "threads";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var open = visit.Desk.State.Threads.All.Select(t => t.Value).Where(t => t.ClosedAt is null).OrderByDescending(t => t.At).ToList();
        if (open.Find(t => t.Id == argument) is { } chosen)
        {
            return Task.FromResult(new Reply(
                BotTexts.Join(visit.Say("thread", ("name", PersonName.Of(visit, chosen.Person))), ThreadLines.Show(visit, chosen)),
                [[visit.To("button.answer", "pr", chosen.Id), visit.To("button.close", "pc", chosen.Id)], [visit.To("button.back", Id)]]));
        }

        var rows = open.Take(MaxShown).Select(t => (IReadOnlyList<Button>)[Button.To($"{PersonName.Of(visit, t.Person)} · {visit.Texts.Time(t.At)}", Id, t.Id)]).ToList();
        rows.Add([visit.To("button.menu", "mn")]);
        return Task.FromResult(new Reply(visit.Say(open.Count == 0 ? "threads.none" : "threads", ("n", $"{open.Count}")), rows));
    }
}
