using Cellway.Manager.Authority;
using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary><c>/tokens</c>: join tokens that can still be spent.</summary>
internal sealed class TokensDialogue : Dialogue
{
    private const int MaxShown = 20;

    public override string Id => "ot";

    public override string Command => "tokens";

    public override Roles For => Roles.Operator;

    public override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        if (argument is ['x', ':', .. var id] && visit.View.JoinTokens.Keys.FirstOrDefault(t => t.StartsWith(id, StringComparison.Ordinal)) is { } token)
        {
            await visit.Acts.Tokens.RevokeAsync(token, cancellationToken);
        }

        var open = visit.Desk.Feed.Current.JoinTokens.Values.Select(t => NewJoinTokens.Show(t, visit.Now)).Where(t => t.State == "open").OrderBy(t => t.ExpiresAt).Take(MaxShown).ToList();
        var rows = open.Select(t => (IReadOnlyList<Button>)[Button.To($"❌ {t.Participant} · {t.Role}{(t.Cell is null ? "" : $" · {t.Cell}")}", Id, $"x:{t.Id[..12]}")]).ToList();
        rows.Add([visit.To("tokens.new", "on")]);
        rows.Add([visit.To("button.menu", "mn")]);
        return new(visit.Say(open.Count == 0 ? "tokens.none" : "tokens", ("n", $"{open.Count}")), rows);
    }
}
