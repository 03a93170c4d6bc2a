using Cellway.Manager.Bot.Talking;
using Cellway.Manager.View;

namespace Cellway.Manager.Bot.Dialogues.Users;

/// <summary>A new link for a device; the old one ends.</summary>
internal sealed class ReissueDeviceDialogue() : SureDeviceDialogue("device.reissue.sure", "device.reissue.yes")
{
    public override string Id => "di";

    protected override async Task<Reply> DoAsync(Visit visit, DeviceRow device, CancellationToken cancellationToken)
    {
        var credential = await visit.Acts.Devices.ReissueAsync(device.Id, cancellationToken);
        return LinkReply.Of(visit, credential, visit.Say("device.reissued", ("name", device.Name)), visit.To("menu.devices", "dl"));
    }
}
