using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Users;

/// <summary>Takes a device away.</summary>
internal sealed class RemoveDeviceDialogue : Dialogue
{
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromMinutes(10);

    public override string Id => "dx";

    public override Roles For => Roles.User;

    public override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var confirmed = argument.StartsWith('!');
        if (OwnDevice.Find(visit, argument.TrimStart('!')) is not { } device)
        {
            return OwnDevice.Gone(visit);
        }

        if (!confirmed)
        {
            return new(
                visit.Say("device.remove.sure", ("name", device.Name)),
                [[visit.To("device.remove.yes", Id, "!" + device.Id, ConfirmWithin)], [visit.To("button.back", "dv", device.Id)]]);
        }

        await visit.Acts.Devices.DeleteAsync(device.Id, cancellationToken);
        return new(visit.Say("device.removed", ("name", device.Name)), [[visit.To("menu.devices", "dl")]]);
    }
}
