using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>Closes the network, and the bot, to somebody: a user, or whoever has made a request.</summary>
internal sealed class BanDialogue : Dialogue
{
    private const int MaxReason = 300;

    public override string Id => "ob";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken) => Task.FromResult(argument switch
    {
        ['u', ':', .. var name] when ShortName.Find(name, visit.View.Accounts.AllUsers().Select(u => u.Id)) is { } user => visit.Ask(this, "reason", ("user", user), ("person", "")),
        ['r', ':', .. var id] when visit.Desk.State.Requests.Find(id) is { } request =>
            visit.Ask(this, "reason", ("user", UserOf(visit, request.Person)), ("person", request.Person)),
        _ => new(visit.Say("person.gone"), [[visit.To("menu.people", "op")]]),
    });

    public override Reply Question(Visit visit) => new(visit.Say("ban.reason"), [[visit.To("button.cancel", "cn")]]) { IsNew = true };

    public override async Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken)
    {
        if (text.Length > MaxReason)
        {
            return new(visit.Say("error.too-long", ("most", $"{MaxReason}")));
        }

        var (state, user, person) = (visit.Desk.State, visit.Words["user"], visit.Words["person"]);
        visit.Done();
        foreach (var (hash, account) in state.People.All.Where(p => p.Key == person || (user.Length > 0 && (p.Value.User == user || p.Value.TrialUser == user))).ToList())
        {
            var reason = visit.Desk.Seals.Seal(new Dictionary<string, string> { ["reason"] = text });
            visit.Changes.Put(state.People, hash, account with { BannedAt = visit.Now, BanReason = reason });
            visit.Notify(hash, new() { Text = "banned", Values = new Dictionary<string, string> { ["reason"] = text } });
            foreach (var (id, request) in state.Requests.All.Where(r => r.Value.Person == hash && r.Value.State == BotRequestState.Open))
            {
                visit.Changes.Put(state.Requests, id, request with { State = BotRequestState.Refused, DecidedAt = visit.Now, DecidedBy = visit.Operator });
            }
        }

        if (user.Length > 0)
        {
            await visit.Acts.Users.ChangeAsync(user, new(Disabled: true), cancellationToken);
        }

        return new(visit.Say("ban.done"), [[visit.To("menu.people", "op")]]);
    }

    // Whoever tries the network is closed out of that too.
    private static string UserOf(Visit visit, string person) => visit.Desk.State.People.Find(person) is { } known ? known.User ?? known.TrialUser ?? "" : "";
}
