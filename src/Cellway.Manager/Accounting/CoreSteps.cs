using Cellway.Model.Nodes;
using Cellway.Model.Usage;

namespace Cellway.Manager.Accounting;

/// <summary>What applying a report means for a Core's books, as a pure function.</summary>
internal static class CoreSteps
{
    private const string OnlyPage = "all";
    private const int MaxPages = 8;
    private const int MaxPastEpochs = 16;

    /// <summary>The step that applies the report, or makes room for it.</summary>
    /// <param name="before">The Core's record; <see langword="null"/> before its first report.</param>
    /// <param name="core">The Core.</param>
    /// <param name="mark">The report's mark; it comes after the record's.</param>
    /// <param name="period">The period it belongs to, not before the record's.</param>
    /// <param name="bytes">What it brings.</param>
    /// <param name="now">By management's clock.</param>
    /// <param name="options">When to write pages.</param>
    public static CoreStep Apply(
        CoreUsageRecord? before, NodeRecord core, UsageMark mark, UsagePeriod period, DeviceBytes bytes, DateTimeOffset now, AccountingOptions options)
    {
        var record = before ?? new() { Core = core.Id, Participant = core.Participant, AppliedAt = now, Period = period.Start, PagedAt = now };
        var applied = record with { PastEpochs = PastOf(record, mark.Epoch), Epoch = mark.Epoch, Sequence = mark.Sequence, AppliedAt = now > record.AppliedAt ? now : record.AppliedAt };
        var present = new UsagePeriod(record.Period);
        if (period > present)
        {
            var (rest, pages) = PageOut(record, now);
            return rest.Open.Count > 0
                ? new(rest, pages, Applies: false)
                : new(applied with { Period = period.Start, PagedAt = now, Split = false, Open = bytes }, pages, Applies: true);
        }

        var next = applied with { Open = record.Open.Plus(bytes) };
        if (next.Open.Count <= options.PageAfter && now - record.PagedAt < options.PageEvery)
        {
            return new(next, [], Applies: true);
        }

        var (paged, written) = PageOut(next, now);
        return new(paged, written, Applies: true);
    }

    /// <summary>Moves what is open into pages, as much as one write may hold.</summary>
    public static (CoreUsageRecord Record, IReadOnlyList<(UsagePeriod Period, string Name, DeviceBytes Adds)> Pages) PageOut(CoreUsageRecord record, DateTimeOffset now)
    {
        var names = record.Open.Home.Keys.Concat(record.Open.Lent.Keys).Select(NameOf).ToHashSet(StringComparer.Ordinal);
        var chosen = names.Order(StringComparer.Ordinal).Take(MaxPages).ToHashSet(StringComparer.Ordinal);
        var rest = record with
        {
            Open = chosen.Count == names.Count ? DeviceBytes.Empty : record.Open.Where(d => !chosen.Contains(NameOf(d))),
            PagedAt = chosen.Count == names.Count ? now : record.PagedAt,
        };
        return (rest, [.. chosen.Select(name => (new UsagePeriod(record.Period), name, record.Open.Where(d => NameOf(d) == name)))]);

        string NameOf(string device) => record.Split ? device[..1] : OnlyPage;
    }

    private static IReadOnlyList<ulong> PastOf(CoreUsageRecord record, ulong epoch) =>
        epoch == record.Epoch || record.Epoch == 0 ? record.PastEpochs : [record.Epoch, .. record.PastEpochs.Take(MaxPastEpochs - 1)];
}
