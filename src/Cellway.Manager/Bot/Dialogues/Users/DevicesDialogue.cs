using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Users;

/// <summary><c>/devices</c>: what a user has.</summary>
internal sealed class DevicesDialogue : Dialogue
{
    public override string Id => "dl";

    public override string Command => "devices";

    public override Roles For => Roles.User;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var devices = visit.Desk.Feed.Current.Accounts.AllDevicesOf(visit.Account.User!).Select(d => d.Row).OrderBy(d => d.Name, StringComparer.Ordinal).ToList();
        var rows = devices.Select(d => (IReadOnlyList<Button>)[Button.To(d.Name, "dv", d.Id)]).ToList();
        if (devices.Count < visit.Desk.Options.DevicesPerUser)
        {
            rows.Add([visit.To("devices.add", "da")]);
        }

        rows.Add([visit.To("button.menu", "mn")]);
        return Task.FromResult(new Reply(
            visit.Say(devices.Count == 0 ? "devices.none" : "devices", ("n", $"{devices.Count}"), ("most", $"{visit.Desk.Options.DevicesPerUser}")), rows));
    }
}
