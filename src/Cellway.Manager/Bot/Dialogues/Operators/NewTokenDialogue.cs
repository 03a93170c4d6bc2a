using Cellway.Manager.Bot.Dialogues.Participants;
using Cellway.Manager.Bot.Talking;
using Cellway.Model.Cells;
using Cellway.Model.Identities;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>A join token of the operator's making, to be handed on.</summary>
internal sealed class NewTokenDialogue : Dialogue
{
    private const int MaxShown = 40;

    public override string Id => "on";

    public override Roles For => Roles.Operator;

    public override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var cells = visit.View.Cells.Values.Where(c => c.State != CellState.Retired).Select(c => c.Id).Order(StringComparer.Ordinal).ToList();
        var participant = visit.Words.GetValueOrDefault("participant");
        switch (argument)
        {
            case ['p', ':', .. var name] when ShortName.Find(name, visit.View.Participants.Keys) is { } chosen:
                return visit.Ask(this, "cell", ("participant", chosen));
            case "e" when participant is not null:
                return await CreateAsync(visit, participant, Role.Entry, null, cancellationToken);
            case ['c', ':', .. var name] when participant is not null && ShortName.Find(name, cells) is { } cell:
                return await CreateAsync(visit, participant, Role.Core, cell, cancellationToken);
            default:
                var rows = visit.View.Participants.Keys.Order(StringComparer.Ordinal).Take(MaxShown).Select(p => Button.To(p, Id, $"p:{ShortName.Of(p)}")).Chunk(2).Select(c => (IReadOnlyList<Button>)c).ToList();
                rows.Add([visit.To("menu.tokens", "ot")]);
                return new(visit.Say("tokens.whose"), rows);
        }
    }

    public override Reply Question(Visit visit) => new(
        visit.Say("token.kind"),
        [
            .. visit.View.Cells.Values.Where(c => c.State != CellState.Retired).Select(c => c.Id).Order(StringComparer.Ordinal)
                .Select(c => (IReadOnlyList<Button>)[Button.To($"{visit.Texts.Label("token.core")} · {c}", Id, $"c:{ShortName.Of(c)}")]),
            [visit.To("token.entry", Id, "e")],
            [visit.To("button.cancel", "cn")],
        ]);

    public override Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken) => Task.FromResult(Question(visit));

    private static async Task<Reply> CreateAsync(Visit visit, string participant, Role role, string? cell, CancellationToken cancellationToken)
    {
        visit.Done();
        var created = await visit.Acts.Tokens.CreateAsync(new(participant, role.ToString().ToLowerInvariant(), cell), cancellationToken);
        return new(
            visit.Say("token", ("command", JoinCommand.Of(visit.Desk.Options, role, created.Token)), ("until", visit.Texts.Time(created.Info.ExpiresAt))),
            [[Button.CopyOf(visit.Texts.Label("link.copy"), created.Token)], [visit.To("menu.tokens", "ot")]])
        { IsNew = true };
    }
}
