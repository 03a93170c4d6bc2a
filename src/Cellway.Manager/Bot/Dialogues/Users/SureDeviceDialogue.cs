using Cellway.Manager.Bot.Talking;
using Cellway.Manager.View;

namespace Cellway.Manager.Bot.Dialogues.Users;

/// <summary>Something done to a device that nobody can take back: asked about first.</summary>
/// <param name="sure">The text that asks.</param>
/// <param name="yes">The button that does it.</param>
internal abstract class SureDeviceDialogue(string sure, string yes) : Dialogue
{
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromMinutes(10);

    public sealed override Roles For => Roles.User;

    public sealed override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var confirmed = argument.StartsWith('!');
        if (OwnDevice.Find(visit, argument.TrimStart('!')) is not { } device)
        {
            return OwnDevice.Gone(visit);
        }

        return confirmed
            ? await DoAsync(visit, device, cancellationToken)
            : new(visit.Say(sure, ("name", device.Name)), [[visit.To(yes, Id, "!" + device.Id, ConfirmWithin)], [visit.To("button.back", "dv", device.Id)]]);
    }

    /// <summary>The person is sure.</summary>
    protected abstract Task<Reply> DoAsync(Visit visit, DeviceRow device, CancellationToken cancellationToken);
}
