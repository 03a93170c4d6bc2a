using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Words;
using Cellway.Manager.View;

namespace Cellway.Manager.Bot.Dialogues.Users;

/// <summary><c>/usage</c>: what a user's devices have moved in this period.</summary>
internal sealed class UsageDialogue : Dialogue
{
    public override string Id => "us";

    public override string Command => "usage";

    public override Roles For => Roles.User;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var period = visit.View.PeriodAt(visit.Now);
        var rows = visit.View.Accounts.AllDevicesOf(visit.Account.User!)
            .Select(d => (d.Row.Name, Quota: DeviceQuota.Of(visit.View, d.Row, visit.Now)))
            .OrderByDescending(d => d.Quota.Used.Total).ThenBy(d => d.Name, StringComparer.Ordinal)
            .ToList();
        var lines = rows.Select(d => visit.Say(
            "usage.device",
            ("name", d.Name),
            ("down", visit.Texts.Bytes(d.Quota.Used.Down)),
            ("up", visit.Texts.Bytes(d.Quota.Used.Up)),
            ("limit", d.Quota.Limit is { } limit ? visit.Texts.Bytes(limit) : visit.Say("unlimited"))));
        var head = visit.Say("usage", ("total", visit.Texts.Bytes(rows.Sum(d => d.Quota.Used.Total))), ("until", visit.Texts.Time(period.End)));
        return Task.FromResult(new Reply(BotTexts.Join(head, lines), [[visit.To("button.menu", "mn")]]));
    }
}
