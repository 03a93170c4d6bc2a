using System.Globalization;
using System.Text.RegularExpressions;
using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Participants;

namespace Cellway.Manager.Bot.Dialogues.Participants;

/// <summary><c>/reserve</c>: how much a participant lends to other cells in a month.</summary>
internal sealed partial class ReserveDialogue : Dialogue
{
    private const long Most = 1_000_000; // GB

    public override string Id => "rv";

    public override string Command => "reserve";

    public override Roles For => Roles.Participant;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        if (argument == "c")
        {
            return Task.FromResult(visit.Ask(this, "size"));
        }

        var info = ParticipantActs.Show(visit.View, visit.View.Participants[visit.Account.Participant!], visit.Now);
        return Task.FromResult(new Reply(
            visit.Say(
                info.ReserveBytesPerMonth == 0 ? "reserve.none" : info.ReserveSpent ? "reserve.spent" : "reserve",
                ("reserve", visit.Texts.Bytes(info.ReserveBytesPerMonth)),
                ("lent", visit.Texts.Bytes(info.BytesLent)),
                ("until", visit.Texts.Time(visit.View.PeriodAt(visit.Now).End))),
            [[visit.To("reserve.change", Id, "c")], [visit.To("button.menu", "mn")]]));
    }

    public override Reply Question(Visit visit) => new(visit.Say("reserve.ask"), [[visit.To("button.cancel", "cn")]]);

    public override async Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken)
    {
        if (!Size().IsMatch(text) || long.Parse(text, CultureInfo.InvariantCulture) is var gigabytes && gigabytes > Most)
        {
            return new(visit.Say("reserve.invalid"), [[visit.To("button.cancel", "cn")]]);
        }

        visit.Done();
        await visit.Acts.Participants.ChangeAsync(visit.Account.Participant!, new(gigabytes * 1_000_000_000), cancellationToken);
        return new(visit.Say("reserve.changed", ("reserve", visit.Texts.Bytes(gigabytes * 1_000_000_000))), [[visit.To("menu.reserve", Id)]]);
    }

    [GeneratedRegex("^[0-9]{1,7}$")]
    private static partial Regex Size();
}
