using Cellway.Manager.Bot.Talking;
using Cellway.Model.Incidents;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>Closes an incident, with a word for its timeline.</summary>
internal sealed class CloseIncidentDialogue : Dialogue
{
    private const int MaxNote = 300;

    public override string Id => "oz";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken) => Task.FromResult(
        visit.View.Incidents.GetValueOrDefault(argument) is { State: not IncidentState.Closed }
            ? visit.Ask(this, "note", ("incident", argument))
            : new(visit.Say("incident.closed-already"), [[visit.To("menu.incidents", "oi")]]));

    public override Reply Question(Visit visit) => new(visit.Say("incident.note"), [[visit.To("button.cancel", "cn")]]) { IsNew = true };

    public override async Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken)
    {
        if (text.Length > MaxNote)
        {
            return new(visit.Say("error.too-long", ("most", $"{MaxNote}")));
        }

        var incident = visit.Words["incident"];
        visit.Done();
        await visit.Acts.Word.CloseAsync(incident, new(text.ReplaceLineEndings(" ")), visit.Operator!, cancellationToken);
        return new(visit.Say("incident.closed"), [[visit.To("incident.open", "oi", incident)], [visit.To("menu.incidents", "oi")]]);
    }
}
