using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Users;

/// <summary>A new link for a device; the old one ends.</summary>
internal sealed class ReissueDeviceDialogue : Dialogue
{
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromMinutes(10);

    public override string Id => "di";

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
                visit.Say("device.reissue.sure", ("name", device.Name)),
                [[visit.To("device.reissue.yes", Id, "!" + device.Id, ConfirmWithin)], [visit.To("button.back", "dv", device.Id)]]);
        }

        var credential = await visit.Acts.Devices.ReissueAsync(device.Id, cancellationToken);
        return LinkReply.Of(visit, credential, visit.Say("device.reissued", ("name", device.Name)), visit.To("menu.devices", "dl"));
    }
}
