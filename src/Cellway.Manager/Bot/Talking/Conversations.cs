using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Bot.Transport;
using Cellway.Manager.Leadership;
using Cellway.Model.State;

namespace Cellway.Manager.Bot.Talking;

/// <summary>Handles updates: finds the dialogue, lets it decide, and writes what it changes with the mark that the update was handled.</summary>
internal sealed class Conversations(BotDesk desk, DialogueBook book, CallbackSigner signer, BotActs.Factory acts, FloodGuard flood, Acts audit, BotLog log)
{
    private const int MaxTries = 5;
    private static readonly TimeSpan NumberedAnew = TimeSpan.FromDays(6); // Telegram: after a week without updates

    /// <returns>What the person gets to see; <see langword="null"/>: nothing.</returns>
    /// <exception cref="StateUnavailableException">The state is away: nothing was decided.</exception>
    public async Task<Reply?> HandleAsync(Incoming incoming, LeaderTerm term, CancellationToken cancellationToken)
    {
        var person = desk.Seals.HashOf(incoming.From);
        var verdict = IsHandled(person, incoming.Update) ? FloodGuard.Verdict.Heard : flood.Judge(person);
        if (verdict == FloodGuard.Verdict.Ignored)
        {
            return null;
        }

        BotActs Steps() => acts.Through(new BotStore(desk.Store, term, new()));
        for (var tries = 1; ; tries++)
        {
            var changes = new BotChanges();
            var store = new BotStore(desk.Store, term, changes);
            try
            {
                if (IsHandled(person, incoming.Update))
                {
                    return Again(new(desk, incoming, new(), acts.Through(store), Steps), incoming.Update);
                }

                var visit = new Visit(desk, incoming, changes, acts.Through(store), Steps);
                var reply = verdict == FloodGuard.Verdict.Warned ? new(visit.Say("error.flood")) : await DecideAsync(visit, incoming, cancellationToken);
                await store.CommitAsync(cancellationToken);
                return reply;
            }
            catch (ChangedMeanwhileException) when (tries < MaxTries)
            {
                // Somebody else wrote first.
            }
        }
    }

    private bool IsHandled(string person, int update) =>
        desk.State.Talks.Find(person) is { } talk && update <= talk.LastUpdate && desk.Time.GetUtcNow() - talk.At < NumberedAnew;

    /// <summary>An update that came again: its effect is there, and the answer to it may be lost.</summary>
    private Reply? Again(Visit visit, int update)
    {
        if (desk.State.Talks.Find(visit.Person)?.LastUpdate != update)
        {
            return null; // the next one was handled, and so this one was answered
        }

        return visit.Waiting is { } waiting && book.Find(waiting) is { } dialogue
            ? dialogue.Question(visit)
            : new(visit.Say("interrupted"), book.Menu(visit));
    }

    private async Task<Reply> DecideAsync(Visit visit, Incoming incoming, CancellationToken cancellationToken)
    {
        var (dialogue, decide) = Choose(visit, incoming);
        using var act = audit.Begin($"telegram/{visit.Operator ?? visit.Account.User ?? visit.Account.Participant ?? "guest"}", $"bot {dialogue?.Name ?? "menu"}");
        try
        {
            return dialogue is null || MayOpen(visit, dialogue) ? await decide(cancellationToken) : Denied(visit);
        }
        catch (AdminException e)
        {
            visit.Undo();
            return visit.Roles.HasFlag(Roles.Operator)
                ? new(visit.Say("error.operator", ("reason", e.Message)), book.Menu(visit))
                : new(visit.Say(e.Code == "invalid" ? "error.invalid" : "error.changed"), book.Menu(visit));
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException or ChangedMeanwhileException))
        {
            log.DialogueFailed(dialogue?.Id ?? "menu", e.GetType().Name, $"{Environment.NewLine}{e.StackTrace}");
            visit.Undo();
            visit.Done(); // or it would fail again at every word
            return new(visit.Say("error.internal"), book.Menu(visit));
        }
    }

    private (Dialogue? Dialogue, Func<CancellationToken, Task<Reply>> Decide) Choose(Visit visit, Incoming incoming)
    {
        if (incoming.Button is { } data)
        {
            return !signer.TryRead(visit.Person, data, out var id, out var argument, out var expired) ? Simply(visit, "error.foreign-button")
                : expired || !incoming.IsOnMessage || book.Find(id) is not { } pressed ? Simply(visit, "error.expired")
                : Opening(visit, pressed, argument);
        }

        if (incoming.Text is not { } text)
        {
            return Simply(visit, "error.no-text");
        }

        if (text.StartsWith('/'))
        {
            var (name, argument) = CommandOf(text);
            return book.FindCommand(name) is { } asked ? Opening(visit, asked, argument) : Simply(visit, "error.command");
        }

        return visit.Waiting is { } waiting && book.Find(waiting) is { } listening
            ? (listening, token => listening.HearAsync(visit, text.Trim(), token))
            : Simply(visit, "error.nothing-asked");
    }

    private static (Dialogue?, Func<CancellationToken, Task<Reply>>) Opening(Visit visit, Dialogue dialogue, string argument)
    {
        if (visit.Waiting is not null && visit.Waiting != dialogue.Id)
        {
            visit.Done(); // whoever does something else does not answer any more
        }

        return (dialogue, token => dialogue.OpenAsync(visit, argument, token));
    }

    private (Dialogue?, Func<CancellationToken, Task<Reply>>) Simply(Visit visit, string text) =>
        (null, _ => Task.FromResult(visit.Account.BannedAt is null ? new Reply(visit.Say(text), book.Menu(visit)) : Denied(visit)));

    private static bool MayOpen(Visit visit, Dialogue dialogue) =>
        (visit.Roles & dialogue.For) != 0 && (visit.Account.BannedAt is null || visit.Operator is not null || dialogue.EvenIfBanned);

    private Reply Denied(Visit visit) => visit.Account.BannedAt is not null && visit.Operator is null
        ? new(visit.Say("banned", ("reason", visit.Desk.Seals.Open(visit.Account.BanReason).GetValueOrDefault("reason", "—"))))
        : new(visit.Say("error.not-yours"), book.Menu(visit));

    private static (string Name, string Argument) CommandOf(string text)
    {
        var space = text.AsSpan().IndexOfAny(' ', '\n');
        var name = space < 0 ? text[1..] : text[1..space];
        var at = name.IndexOf('@', StringComparison.Ordinal); // some apps name the bot
        return ((at < 0 ? name : name[..at]).ToLowerInvariant(), space < 0 ? "" : text[(space + 1)..].Trim());
    }
}
