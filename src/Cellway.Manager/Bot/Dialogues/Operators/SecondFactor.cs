using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;
using Cellway.Model.State;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>The code that a destructive act wants besides a button: whoever has an operator's phone has no certificate.</summary>
internal static class SecondFactor
{
    private const int MaxTries = 3;

    public static Reply Question(Visit visit, string what) => new(visit.Say("code.ask", ("what", what)), [[visit.To("button.cancel", "cn")]]) { IsNew = true };

    /// <summary>Spends the code, in the transaction of the act.</summary>
    /// <returns>What to say if it is none; <see langword="null"/>: go on.</returns>
    public static async Task<Reply?> RefuseAsync(Visit visit, Dialogue dialogue, string text, CancellationToken cancellationToken)
    {
        var code = new string([.. text.Where(char.IsAsciiDigit)]);
        var entry = await visit.Desk.Store.GetAsync(visit.Desk.State.CodeKey(visit.Desk.Seals.HashOfCode(code)), cancellationToken);
        if (entry is not null && StateJson.Read<BotCodeRecord>(entry).ExpiresAt > visit.Now)
        {
            visit.Changes.Spend(entry);
            return null;
        }

        var tries = visit.Words.TryGetValue("tries", out var tried) ? int.Parse(tried, System.Globalization.CultureInfo.InvariantCulture) + 1 : 1;
        if (tries >= MaxTries)
        {
            visit.Done();
            return new(visit.Say("code.wrong-thrice"), [[visit.To("button.menu", "mn")]]);
        }

        visit.Ask(dialogue, visit.Step!, [.. visit.Words.Where(w => w.Key != "tries").Select(w => (w.Key, w.Value)), ("tries", $"{tries}")]);
        return new(visit.Say("code.wrong"), [[visit.To("button.cancel", "cn")]]);
    }
}
