using System.Globalization;

namespace Cellway.Model.Usage;

/// <summary>A month of accounting, from its first day at 00:00 UTC to the same day of the next month. Named by its first day.</summary>
/// <param name="Start">Its first day.</param>
public readonly record struct UsagePeriod(DateOnly Start) : IComparable<UsagePeriod>
{
    /// <summary>The last day of a month on which periods may begin: every month has one.</summary>
    public const int LastDay = 28;

    private const string Format = "yyyy-MM-dd";

    /// <summary>The first moment that is no longer in it.</summary>
    public DateTimeOffset End => new(Start.AddMonths(1), default, TimeSpan.Zero);

    /// <summary>The one before it; before the first there is none, and it is its own.</summary>
    public UsagePeriod Previous => Start < DateOnly.MinValue.AddMonths(1) ? default : new(Start.AddMonths(-1));

    /// <summary>Orders by time.</summary>
    public static bool operator <(UsagePeriod left, UsagePeriod right) => left.Start < right.Start;

    /// <summary>Orders by time.</summary>
    public static bool operator <=(UsagePeriod left, UsagePeriod right) => left.Start <= right.Start;

    /// <summary>Orders by time.</summary>
    public static bool operator >(UsagePeriod left, UsagePeriod right) => left.Start > right.Start;

    /// <summary>Orders by time.</summary>
    public static bool operator >=(UsagePeriod left, UsagePeriod right) => left.Start >= right.Start;

    /// <summary>The period that a moment belongs to.</summary>
    /// <param name="moment">In any zone.</param>
    /// <param name="day">The day of the month on which periods begin, 1 to 28.</param>
    public static UsagePeriod Of(DateTimeOffset moment, int day)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(day, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(day, LastDay);
        var date = DateOnly.FromDateTime(moment.UtcDateTime);
        var start = new DateOnly(date.Year, date.Month, day);
        return new(date < start ? start.AddMonths(-1) : start);
    }

    /// <summary>Reads <c>2026-11-15</c>, or <c>2026-11</c> for the period that begins in that month.</summary>
    /// <param name="text">What a person wrote.</param>
    /// <param name="day">The day on which periods begin, for the short form.</param>
    /// <param name="period">The period.</param>
    public static bool TryParse(string? text, int day, out UsagePeriod period)
    {
        var full = text is { Length: 7 } ? string.Create(CultureInfo.InvariantCulture, $"{text}-{day:00}") : text;
        var isDate = DateOnly.TryParseExact(full, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var start);
        period = new(start);
        return isDate && start is { Day: <= LastDay, Year: >= 2000 };
    }

    /// <summary>Orders by time.</summary>
    public int CompareTo(UsagePeriod other) => Start.CompareTo(other.Start);

    /// <summary>Its first day, <c>2026-11-01</c>.</summary>
    public override string ToString() => Start.ToString(Format, CultureInfo.InvariantCulture);
}
