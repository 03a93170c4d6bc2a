using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Words;

namespace Cellway.Manager.Bot.Dialogues.Users;

/// <summary>A new device, and its link.</summary>
internal sealed class AddDeviceDialogue : Dialogue
{
    public override string Id => "da";

    public override Roles For => Roles.User;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken) =>
        Task.FromResult(Objection(visit) ?? visit.Ask(this, "name"));

    public override Reply Question(Visit visit) => new(visit.Say("device.name"), [[visit.To("button.cancel", "cn")]]);

    public override async Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken)
    {
        if (Objection(visit) is { } objection)
        {
            return objection;
        }

        if (Slug.Of(text) is not { Length: > 0 } slug)
        {
            return new(visit.Say("device.name.invalid"));
        }

        var names = visit.View.Accounts.AllDevicesOf(visit.Account.User!).Select(d => d.Row.Name).ToHashSet(StringComparer.Ordinal);
        var name = Slug.Free(slug, names.Contains);
        visit.Done();
        var credential = await visit.Acts.Devices.CreateAsync(new(visit.Account.User!, name), cancellationToken);
        return LinkReply.Of(visit, credential, visit.Say("device.added", ("name", name)), visit.To("menu.devices", "dl"));
    }

    private static Reply? Objection(Visit visit) => visit.View.Accounts.DevicesOf(visit.Account.User!) >= visit.Desk.Options.DevicesPerUser
        ? new(visit.Say("devices.too-many", ("most", $"{visit.Desk.Options.DevicesPerUser}")), [[visit.To("menu.devices", "dl")]])
        : null;
}
