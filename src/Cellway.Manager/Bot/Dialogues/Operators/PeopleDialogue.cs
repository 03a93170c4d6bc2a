using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary><c>/people</c>: users, and who is banned.</summary>
internal sealed class PeopleDialogue : Dialogue
{
    private const int MaxShown = 20;

    public override string Id => "op";

    public override string Command => "people";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken) => Task.FromResult(argument switch
    {
        "b" => Banned(visit),
        ['u', ':', .. var name] => ShortName.Find(name, visit.View.Accounts.AllUsers().Select(u => u.Id)) is { } user ? PersonCard.Of(visit, user) : new(visit.Say("person.gone"), [[visit.To("menu.people", Id)]]),
        _ => List(visit, ""),
    });

    public override Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken) =>
        Task.FromResult(visit.View.Accounts.FindUser(text) is { } user ? PersonCard.Of(visit, user.Id) : List(visit, text));

    public override Reply Question(Visit visit) => List(visit, "");

    private Reply List(Visit visit, string part)
    {
        if (visit.Waiting != Id)
        {
            visit.Ask(this, "name");
        }

        var users = visit.View.Accounts.AllUsers().Where(u => u.Id.Contains(part, StringComparison.OrdinalIgnoreCase)).OrderByDescending(u => u.CreatedAt).Take(MaxShown).ToList();
        var rows = users.Select(u => Button.To($"{(u.Disabled ? "⛔ " : "")}{u.Id}", Id, $"u:{ShortName.Of(u.Id)}")).Chunk(2).Select(c => (IReadOnlyList<Button>)c).ToList();
        rows.Add([visit.To("people.banned", Id, "b")]);
        rows.Add([visit.To("button.menu", "mn")]);
        return new(visit.Say(users.Count == 0 ? "people.none" : "people", ("n", $"{visit.View.Accounts.Users}")), rows);
    }

    private Reply Banned(Visit visit)
    {
        var banned = visit.Desk.State.People.All.Where(p => p.Value.BannedAt is not null).OrderByDescending(p => p.Value.BannedAt).Take(MaxShown).ToList();
        var rows = banned.Select(p => (IReadOnlyList<Button>)[Button.To($"↩️ {PersonName.Of(visit, p.Key)}", "os", $"h:{p.Key[..16]}")]).ToList();
        rows.Add([visit.To("menu.people", Id)]);
        return new(visit.Say(banned.Count == 0 ? "people.banned.none" : "people.banned.list"), rows);
    }
}
