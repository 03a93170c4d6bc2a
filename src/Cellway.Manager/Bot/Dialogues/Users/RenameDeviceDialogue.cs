using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Words;

namespace Cellway.Manager.Bot.Dialogues.Users;

/// <summary>Another name for a device.</summary>
internal sealed class RenameDeviceDialogue : Dialogue
{
    public override string Id => "dn";

    public override Roles For => Roles.User;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken) =>
        Task.FromResult(OwnDevice.Find(visit, argument) is { } device ? visit.Ask(this, "name", ("device", device.Id), ("name", device.Name)) : OwnDevice.Gone(visit));

    public override Reply Question(Visit visit) => new(visit.Say("device.new-name", ("name", visit.Words["name"])), [[visit.To("button.cancel", "cn")]]);

    public override async Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken)
    {
        if (OwnDevice.Find(visit, visit.Words["device"]) is not { } device)
        {
            visit.Done();
            return OwnDevice.Gone(visit);
        }

        var name = Slug.Of(text);
        if (name.Length == 0)
        {
            return new(visit.Say("device.name.invalid"));
        }

        if (name != device.Name && visit.View.Accounts.AllDevicesOf(device.User).Any(d => d.Row.Name == name))
        {
            return new(visit.Say("device.name.taken", ("name", name)));
        }

        visit.Done();
        await visit.Acts.Devices.ChangeAsync(device.Id, new(Name: name), cancellationToken);
        return new(visit.Say("device.renamed", ("name", name)), [[visit.To("menu.devices", "dl")]]);
    }
}
