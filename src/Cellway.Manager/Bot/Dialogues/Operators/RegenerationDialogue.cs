using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Words;
using Cellway.Manager.Regeneration;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>Where the replacement of a cell stands.</summary>
internal sealed class RegenerationDialogue : Dialogue
{
    public override string Id => "pz";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var view = visit.Desk.Feed.Current;
        if (ShortName.Find(argument, view.Regenerations.Keys) is not { } cell)
        {
            return Task.FromResult(new Reply(visit.Say("regeneration.none"), [[visit.To("menu.cells", "oc")]]));
        }

        var info = RegenerationInfos.Of(view, view.Regenerations[cell], visit.Now);
        var head = visit.Say(
            "regeneration",
            ("cell", info.Cell),
            ("successor", info.Successor),
            ("step", info.Step),
            ("since", visit.Texts.Time(info.StepSince)),
            ("held", info.HeldUpBy ?? "—"),
            ("ready", $"{info.ReadyNow}"),
            ("needed", $"{info.ReadyCores}"),
            ("left", $"{info.DevicesLeft}"),
            ("retires", info.RetiresAt is { } at ? visit.Texts.Time(at) : "—"));
        var lines = info.Participants.Select(p => visit.Say("regeneration.participant", ("name", p.Participant), ("joined", $"{p.Joined}"), ("cores", $"{p.Cores}"), ("open", $"{p.OpenTokens}")));
        List<IReadOnlyList<Button>> rows = [[visit.To("incident.refresh", Id, argument), visit.To("incident.open", "oi", info.Incident)]];
        if (info.CanBeUndone)
        {
            rows.Add([visit.To("regeneration.invite", "pi", argument), visit.To("regeneration.undo", "pu", argument)]);
        }

        rows.Add([visit.To("menu.cells", "oc")]);
        return Task.FromResult(new Reply(BotTexts.Join(head, lines), rows));
    }
}
