using Cellway.Manager.Bot.Talking;
using Cellway.Manager.View;

namespace Cellway.Manager.Bot.Dialogues.Users;

/// <summary>Takes a device away.</summary>
internal sealed class RemoveDeviceDialogue() : SureDeviceDialogue("device.remove.sure", "device.remove.yes")
{
    public override string Id => "dx";

    protected override async Task<Reply> DoAsync(Visit visit, DeviceRow device, CancellationToken cancellationToken)
    {
        await visit.Acts.Devices.DeleteAsync(device.Id, cancellationToken);
        return new(visit.Say("device.removed", ("name", device.Name)), [[visit.To("menu.devices", "dl")]]);
    }
}
