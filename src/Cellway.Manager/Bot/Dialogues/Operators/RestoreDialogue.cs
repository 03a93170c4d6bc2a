using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>Takes a ban back.</summary>
internal sealed class RestoreDialogue : Dialogue
{
    public override string Id => "os";

    public override Roles For => Roles.Operator;

    public override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var state = visit.Desk.State;
        var user = argument is ['u', ':', .. var name] ? ShortName.Find(name, visit.View.Accounts.AllUsers().Select(u => u.Id)) : null;
        var people = state.People.All.Where(p => argument is ['h', ':', .. var hash] ? p.Key.StartsWith(hash, StringComparison.Ordinal) : user is not null && (p.Value.User == user || p.Value.TrialUser == user)).ToList();
        user ??= people.Select(p => p.Value.User ?? p.Value.TrialUser).FirstOrDefault(u => u is not null && visit.View.Accounts.FindUser(u) is not null);
        if (user is null && people.Count == 0)
        {
            return new(visit.Say("person.gone"), [[visit.To("menu.people", "op")]]);
        }

        foreach (var (hash, account) in people.Where(p => p.Value.BannedAt is not null))
        {
            visit.Changes.Put(state.People, hash, account with
            {
                BannedAt = null,
                BanReason = null,
                Request = state.Requests.Find(account.Request) is { State: BotRequestState.Refused } ? null : account.Request, // they need not wait to ask again
            });
            visit.Notify(hash, new() { Text = "restored", Rows = [[new("button.menu", "mn", "")]] });
        }

        if (user is not null)
        {
            await visit.Acts.Users.ChangeAsync(user, new(Disabled: false), cancellationToken);
        }

        return new(visit.Say("restore.done"), [[visit.To("menu.people", "op")]]);
    }
}
