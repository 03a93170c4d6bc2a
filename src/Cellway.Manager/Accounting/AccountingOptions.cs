namespace Cellway.Manager.Accounting;

/// <summary>How usage is written.</summary>
public sealed record AccountingOptions
{
    /// <summary>The shortest time from one write of reports to the next. Default 250 ms: three replicas write at most 12 times a second, however many Cores report.</summary>
    public TimeSpan CommitEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long what a Core reports is gathered in one small record before it goes into the period's page. Default 10 minutes.</summary>
    public TimeSpan PageEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many devices it gathers at most. Default 1,000: 45 kB.</summary>
    public int PageAfter { get; init; } = 1000;

    /// <summary>How many periods are kept besides the present one. Default 12.</summary>
    public int KeepPeriods { get; init; } = 12;
}
