using System.Globalization;
using Cellway.Manager.Bot.Dialogues.Users;
using Cellway.Manager.Bot.Talking;
using Cellway.Model.Identities;

namespace Cellway.Manager.Bot.Dialogues.Guests;

/// <summary><c>/trial</c>: an hour of the network, a few times in a person's life; then they are invited to register.</summary>
internal sealed class TrialDialogue : Dialogue
{
    private const string Device = "trial";
    private static readonly TimeSpan Lasts = TimeSpan.FromHours(1);

    public override string Id => "tr";

    public override string Command => "trial";

    public override Roles For => Roles.Guest | Roles.User | Roles.Participant;

    public override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        if (visit.Roles.HasFlag(Roles.User))
        {
            return new(visit.Say("trial.needless"), [[visit.To("menu.devices", "dl")]]);
        }

        var user = visit.Account.TrialUser is { } id ? visit.View.Accounts.FindUser(id) : null;
        if (user is { Disabled: true })
        {
            return new(visit.Say("trial.closed"), [[visit.To("menu.support", "sp")]]);
        }

        if (user is { ExpiresAt: { } end } && end > visit.Now)
        {
            return argument == "l"
                ? await LinkAsync(visit, user.Id, end, cancellationToken)
                : new(visit.Say("trial.running", ("left", visit.Texts.Span(end - visit.Now))), [[visit.To("trial.link-again", Id, "l")], [visit.To("menu.request", "ar", "a")]]);
        }

        if (visit.Account.Trials >= visit.Desk.Options.Trials)
        {
            return new(visit.Say("trial.used-up", ("n", Number(visit.Desk.Options.Trials))), [[visit.To("menu.request", "ar", "a")]]);
        }

        var ends = visit.Now + Lasts;
        var name = user?.Id ?? $"trial-{Names.NewId()}";
        visit.Change(a => a with { Trials = a.Trials + 1, TrialUser = name });
        _ = user is null
            ? await visit.Acts.Users.CreateAsync(new(name, ends), cancellationToken)
            : await visit.Acts.Users.ChangeAsync(name, new(ExpiresAt: ends), cancellationToken);
        return await LinkAsync(visit, name, ends, cancellationToken);
    }

    private static async Task<Reply> LinkAsync(Visit visit, string user, DateTimeOffset ends, CancellationToken cancellationToken)
    {
        // Asked of the view as it is now: the user may have been made a moment ago.
        var credential = visit.Desk.Feed.Current.Accounts.AllDevicesOf(user) is [var device, ..]
            ? await visit.Acts.Devices.ReissueAsync(device.Row.Id, cancellationToken)
            : await visit.Acts.Devices.CreateAsync(new(user, Device), cancellationToken);
        var left = Math.Max(0, visit.Desk.Options.Trials - visit.Account.Trials);
        return LinkReply.Of(
            visit, credential, visit.Say("trial.begun", ("end", visit.Texts.Time(ends)), ("left", Number(left))), [visit.To("menu.request", "ar", "a")]);
    }

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);
}
