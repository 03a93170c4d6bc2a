using Cellway.Manager.Bot.Sending;
using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;
using Cellway.Model.Cells;
using Cellway.Model.Identities;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary><c>/broadcast</c>: a message to users, to participants or to one cell; how far it has come; and calling it off.</summary>
internal sealed class BroadcastDialogue(Lazy<Broadcasts> broadcasts) : Dialogue
{
    private const int MaxText = 3500;
    private const int MaxShown = 5;
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromMinutes(10);

    public override string Id => "pb";

    public override string Command => "broadcast";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var cells = visit.View.Cells.Values.Where(c => c.State != CellState.Retired).Select(c => c.Id).Order(StringComparer.Ordinal).ToList();
        return Task.FromResult(argument switch
        {
            "u" => visit.Ask(this, "text", ("audience", "users"), ("cell", "")),
            "p" => visit.Ask(this, "text", ("audience", "participants"), ("cell", "")),
            ['c', ':', .. var name] when ShortName.Find(name, cells) is { } cell => visit.Ask(this, "text", ("audience", "cell"), ("cell", cell)),
            "send" when visit.Step == "sure" => Begin(visit),
            ['s', ':', .. var id] when visit.Desk.State.Broadcasts.Find(id) is { } shown => Progress(visit, shown),
            ['x', ':', .. var id] when visit.Desk.State.Broadcasts.Find(id) is { EndedAt: null } going => CallOff(visit, going),
            _ => Choose(visit, cells),
        });
    }

    public override Reply Question(Visit visit) => visit.Step == "text"
        ? new(visit.Say("broadcast.ask"), [[visit.To("button.cancel", "cn")]])
        : new(
            visit.Say("broadcast.sure", ("n", $"{broadcasts.Value.RecipientsOf(visit.Words["audience"], visit.Words["cell"]).Count()}"), ("text", visit.Words["text"])),
            [[visit.To("broadcast.send", Id, "send", ConfirmWithin), visit.To("button.cancel", "cn")]]);

    public override Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken) => Task.FromResult(
        text.Length > MaxText
            ? new(visit.Say("error.too-long", ("most", $"{MaxText}")))
            : visit.Ask(this, "sure", ("audience", visit.Words["audience"]), ("cell", visit.Words["cell"]), ("text", text)));

    private Reply Choose(Visit visit, IReadOnlyList<string> cells)
    {
        visit.Done();
        List<IReadOnlyList<Button>> rows = [[visit.To("broadcast.users", Id, "u"), visit.To("broadcast.participants", Id, "p")]];
        rows.AddRange(cells.Select(c => Button.To($"{visit.Texts.Label("broadcast.cell")} {c}", Id, $"c:{ShortName.Of(c)}")).Chunk(2));
        rows.AddRange(visit.Desk.State.Broadcasts.All.Select(b => b.Value).OrderByDescending(b => b.At).Take(MaxShown)
            .Select(b => (IReadOnlyList<Button>)[Button.To($"{(b.EndedAt is null ? "⏳" : b.Cancelled ? "✖️" : "✅")} {visit.Texts.Time(b.At)}", Id, $"s:{b.Id}")]));
        rows.Add([visit.To("button.menu", "mn")]);
        return new(visit.Say("broadcast"), rows);
    }

    private Reply Begin(Visit visit)
    {
        var (audience, cell) = (visit.Words["audience"], visit.Words["cell"]);
        var record = new BotBroadcastRecord
        {
            Id = Names.NewId(),
            By = visit.Operator!,
            Audience = audience,
            Cell = cell.Length == 0 ? null : cell,
            Words = visit.Desk.Seals.Seal(new Dictionary<string, string> { ["text"] = visit.Words["text"] }),
            At = visit.Now,
            Planned = broadcasts.Value.RecipientsOf(audience, cell).Count(),
        };
        visit.Changes.Put(visit.Desk.State.Broadcasts, record.Id, record);
        visit.Done();
        return Progress(visit, record);
    }

    private Reply CallOff(Visit visit, BotBroadcastRecord record)
    {
        var ended = record with { EndedAt = visit.Now, Cancelled = true };
        visit.Changes.Put(visit.Desk.State.Broadcasts, record.Id, ended);
        return Progress(visit, ended);
    }

    private Reply Progress(Visit visit, BotBroadcastRecord record) => new(
        visit.Say(
            record.EndedAt is null ? "broadcast.going" : record.Cancelled ? "broadcast.cancelled" : "broadcast.done",
            ("sent", $"{record.Sent}"),
            ("failed", $"{record.Failed}"),
            ("planned", $"{record.Planned}"),
            ("by", record.By)),
        record.EndedAt is null
            ? [[visit.To("incident.refresh", Id, $"s:{record.Id}"), visit.To("broadcast.cancel", Id, $"x:{record.Id}")], [visit.To("menu.broadcast", Id)]]
            : [[visit.To("menu.broadcast", Id)]]);
}
