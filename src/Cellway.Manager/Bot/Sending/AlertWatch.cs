using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Leadership;
using Cellway.Model.Bot;
using Cellway.Model.State;

namespace Cellway.Manager.Bot.Sending;

/// <summary>Tells operators and participants what they should know, each thing once; what can wait does while they sleep. And once a day, how it is.</summary>
internal sealed class AlertWatch(BotDesk desk, Outbox outbox, TimeProvider time)
{
    private const int MaxAtOnce = 60; // etcd takes 128 operations in one transaction; the rest follows
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromHours(1); // what comes and goes is told once

    private readonly Dictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);

    private BotOptions Options => desk.Options;

    public async Task RunAsync(LeaderTerm term, CancellationToken lost)
    {
        while (true)
        {
            await LookAsync(term, lost);
            await Task.Delay(LookEvery, time, lost);
        }
    }

    public async Task LookAsync(LeaderTerm term, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var entry = await desk.Store.GetAsync(desk.State.AlertsKey, cancellationToken);
        var before = entry is null ? new BotAlertsRecord { Told = new Dictionary<string, DateTimeOffset>() } : StateJson.Read<BotAlertsRecord>(entry);
        var (changes, told) = (new BotChanges(), before.Told.Where(t => now - t.Value < ForgetAfter).ToDictionary(StringComparer.Ordinal));
        var messages = 0;
        foreach (var alert in Lasting(now))
        {
            if (!told.ContainsKey(alert.Key) && messages < MaxAtOnce)
            {
                messages += Tell(changes, alert, now);
            }
            else if (!told.ContainsKey(alert.Key))
            {
                continue; // next time
            }

            told[alert.Key] = told.TryGetValue(alert.Key, out var seen) && now - seen < ForgetAfter / 2 ? seen : now; // written seldom
        }

        var after = before with { Told = told, Digest = DigestDue(before, now) is { } day ? day : before.Digest };
        if (after.Digest != before.Digest && before.Digest is not null)
        {
            TellDigest(changes, now);
        }

        if (after.Digest != before.Digest || !told.OrderBy(t => t.Key, StringComparer.Ordinal).SequenceEqual(before.Told.OrderBy(t => t.Key, StringComparer.Ordinal)))
        {
            var transaction = new StateTransaction().Require(desk.State.AlertsKey, entry?.ModRevision ?? 0).Put(desk.State.AlertsKey, StateJson.Write(after));
            await new BotStore(desk.Store, term, changes).CommitAsync(transaction, cancellationToken);
            outbox.Wake();
        }
    }

    /// <summary>Those that have been so for as long as they must.</summary>
    private List<Alert> Lasting(DateTimeOffset now)
    {
        var all = Alerts.Of(desk).ToList();
        foreach (var gone in _seen.Keys.Except(all.Select(a => a.Key)).ToList())
        {
            _seen.Remove(gone);
        }

        return [.. all.Where(a => now - (_seen.TryGetValue(a.Key, out var since) ? since : _seen[a.Key] = now) >= a.After)];
    }

    /// <summary>Until when an alert that can wait does.</summary>
    internal static DateTimeOffset? QuietUntil(BotOptions options, DateTimeOffset now)
    {
        var local = now.ToOffset(options.UtcOffset);
        var clock = TimeOnly.FromTimeSpan(local.TimeOfDay);
        if (options.QuietFrom == options.QuietTo || !clock.IsBetween(options.QuietFrom, options.QuietTo))
        {
            return null;
        }

        var morning = new DateTimeOffset(local.Date + options.QuietTo.ToTimeSpan(), options.UtcOffset);
        return morning > local ? morning : morning.AddDays(1);
    }

    private DateOnly? DigestDue(BotAlertsRecord before, DateTimeOffset now)
    {
        var local = now.ToOffset(Options.UtcOffset);
        var today = DateOnly.FromDateTime(local.Date);
        return before.Digest is not { } last ? today.AddDays(TimeOnly.FromTimeSpan(local.TimeOfDay) >= Options.DigestAt ? 0 : -1)
            : last < today && TimeOnly.FromTimeSpan(local.TimeOfDay) >= Options.DigestAt ? today
            : null;
    }

    private int Tell(BotChanges changes, Alert alert, DateTimeOffset now)
    {
        var people = alert.Participant is null ? desk.Operators : desk.State.People.All.Where(p => p.Value.Participant == alert.Participant).Select(p => p.Key);
        var count = 0;
        foreach (var person in people)
        {
            Put(changes, person, alert.Words, now, alert.IsUrgent ? null : QuietUntil(Options, now));
            count++;
        }

        return count;
    }

    private void TellDigest(BotChanges changes, DateTimeOffset now)
    {
        foreach (var person in desk.Operators)
        {
            Put(changes, person, Digest.Of(desk, desk.TextsOf(person), now), now, null);
        }
    }

    private void Put(BotChanges changes, string person, OutboxWords words, DateTimeOffset now, DateTimeOffset? notBefore)
    {
        var id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{now.UtcTicks:x16}-{Model.Identities.Names.NewId()}");
        changes.Put(desk.State.Outbox, id, new BotMessageRecord { Id = id, To = person, Words = desk.Seals.Seal(words, BotJson.Default.OutboxWords), At = now, NotBefore = notBefore });
    }
}
