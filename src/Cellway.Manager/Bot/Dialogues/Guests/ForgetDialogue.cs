using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;

namespace Cellway.Manager.Bot.Dialogues.Guests;

/// <summary><c>/forget</c>: erases what the bot keeps of the person. A count of trials and a ban stay, by the hash alone: else they would not count.</summary>
internal sealed class ForgetDialogue : Dialogue
{
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromMinutes(10);

    public override string Id => "fg";

    public override string Command => "forget";

    public override Roles For => Roles.Everybody;

    public override bool EvenIfBanned => true;

    public override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        if (argument is not ("yes" or "all"))
        {
            return new(
                visit.Say(visit.Roles.HasFlag(Roles.User) ? "forget.member" : "forget"),
                visit.Roles.HasFlag(Roles.User)
                    ? [[visit.To("forget.yes", Id, "yes", ConfirmWithin)], [visit.To("forget.all", Id, "all", ConfirmWithin)], [visit.To("button.cancel", "cn")]]
                    : [[visit.To("forget.yes", Id, "yes", ConfirmWithin)], [visit.To("button.cancel", "cn")]]);
        }

        if (argument == "all" && visit.Account.User is { } user)
        {
            foreach (var device in visit.Desk.Feed.Current.Accounts.AllDevicesOf(user))
            {
                await visit.Steps.Devices.DeleteAsync(device.Row.Id, cancellationToken);
            }
        }

        Erase(visit); // last: until then they must be known
        return new(visit.Say(visit.Account.Trials > 0 || visit.Account.BannedAt is not null ? "forget.done.counted" : "forget.done"));
    }

    private static void Erase(Visit visit)
    {
        var (state, person) = (visit.Desk.State, visit.Person);
        var before = visit.Account;
        visit.Done();
        if (before.Trials > 0 || before.BannedAt is not null)
        {
            visit.Changes.Put(state.People, person, new BotPersonRecord { Trials = before.Trials, TrialUser = before.TrialUser, BannedAt = before.BannedAt, BanReason = before.BanReason, Since = before.Since });
        }
        else
        {
            visit.Changes.Delete(state.People, person);
        }

        visit.Changes.Delete(state.Chats, person);
        foreach (var (id, _) in state.Requests.All.Where(r => r.Value.Person == person))
        {
            visit.Changes.Delete(state.Requests, id);
        }

        foreach (var (id, _) in state.Threads.All.Where(t => t.Value.Person == person))
        {
            visit.Changes.Delete(state.Threads, id);
        }

        foreach (var (id, _) in state.Outbox.All.Where(m => m.Value.To == person))
        {
            visit.Changes.Delete(state.Outbox, id);
        }
    }
}
