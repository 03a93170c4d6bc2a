using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>A user as operators see them.</summary>
internal static class PersonCard
{
    public static Reply Of(Visit visit, string id)
    {
        var view = visit.Desk.Feed.Current;
        var user = view.Accounts.FindUser(id)!;
        var period = view.PeriodAt(visit.Now);
        var devices = view.Accounts.AllDevicesOf(id);
        return new(
            visit.Say(
                "person",
                ("name", id),
                ("state", visit.Say(user.Disabled ? "person.state.disabled" : user.Expired ? "person.state.expired" : "person.state.active")),
                ("until", user.ExpiresAt is { } end ? visit.Texts.Time(end) : "—"),
                ("devices", $"{devices.Count}"),
                ("used", visit.Texts.Bytes(devices.Sum(d => view.Usage.OfDevice(d.Row.Id, period).Total))),
                ("telegram", visit.Say(visit.Desk.State.People.All.Any(p => p.Value.User == id || p.Value.TrialUser == id) ? "person.linked" : "person.not-linked"))),
            [
                [user.Disabled ? visit.To("person.restore", "os", $"u:{ShortName.Of(id)}") : visit.To("person.ban", "ob", $"u:{ShortName.Of(id)}")],
                [visit.To("person.invite", "pv", $"u:{ShortName.Of(id)}")],
                [visit.To("menu.people", "op")],
            ]);
    }
}
