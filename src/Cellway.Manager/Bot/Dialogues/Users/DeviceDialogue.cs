using Cellway.Manager.Bot.Talking;
using Cellway.Manager.View;

namespace Cellway.Manager.Bot.Dialogues.Users;

/// <summary>One device: what it has used, its limits, and what can be done with it.</summary>
internal sealed class DeviceDialogue : Dialogue
{
    public override string Id => "dv";

    public override Roles For => Roles.User;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        if (OwnDevice.Find(visit, argument) is not { } device)
        {
            return Task.FromResult(OwnDevice.Gone(visit));
        }

        var quota = DeviceQuota.Of(visit.View, device, visit.Now);
        var state = quota.Spent ? "device.state.spent"
            : device.Disabled ? "device.state.disabled"
            : !device.UserAllowed ? "device.state.user"
            : visit.Desk.Routes.RoutesFor(visit.View, device).Length > 0 ? "device.state.ready"
            : "device.state.no-core";
        return Task.FromResult(new Reply(
            visit.Say(
                "device",
                ("name", device.Name),
                ("state", visit.Say(state)),
                ("used", visit.Texts.Bytes(quota.Used.Total)),
                ("limit", quota.Limit is { } limit ? visit.Texts.Bytes(limit) : visit.Say("unlimited")),
                ("renews", visit.Texts.Time(quota.RenewsAt)),
                ("rate", device.BytesPerSecond > 0 ? visit.Say("per-second", ("bytes", visit.Texts.Bytes(device.BytesPerSecond))) : visit.Say("unlimited")),
                ("apps", device.Apps > 0 ? $"{device.Apps}" : visit.Say("unlimited")),
                ("since", visit.Texts.Time(new(device.CreatedAtTicks, TimeSpan.Zero)))),
            [
                [visit.To("device.reissue", "di", device.Id)],
                [visit.To("device.rename", "dn", device.Id), visit.To("device.remove", "dx", device.Id)],
                [visit.To("menu.devices", "dl")],
            ]));
    }
}
