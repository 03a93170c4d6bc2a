using Cellway.Manager.Bot.Talking;
using Cellway.Manager.View;

namespace Cellway.Manager.Bot.Dialogues.Users;

/// <summary>A device that a button names: only if it is the person's own.</summary>
internal static class OwnDevice
{
    public static DeviceRow? Find(Visit visit, string id) =>
        visit.Desk.Feed.Current.Accounts.FindDevice(id) is { } device && device.User == visit.Account.User ? device : null;

    public static Reply Gone(Visit visit) => new(visit.Say("device.gone"), [[visit.To("menu.devices", "dl")]]);
}
