namespace Cellway.DataPlane.Tunnel.Entry.Reach;

/// <summary>How an Entry finds out which Cores carry sessions. The defaults find a blocked Core within 15 s, and cost an idle one about 1 GB a month at most.</summary>
public sealed record ReachOptions
{
    /// <summary>A connection that has been silent for so long is tried with a few bytes, while its Core is in use. Default 8 s; up to a fifth less, at random.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How often a Core in use is tried with <see cref="FullBytes"/>. Default 5 minutes; also at its first use, and whenever in doubt.</summary>
    public TimeSpan FullEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How much is sent there and back to see a connection that freezes: 32 KB to 192 KB. Default 64 KB (censors freeze after about 16); a quarter more or less, at random.</summary>
    public int FullBytes { get; init; } = 64 * 1024;

    /// <summary>A try without progress for so long has failed. Default 3 s: a lost packet or two are sent again by then.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A session whose Core has been silent for so long puts the Core in doubt. Default 2 s.</summary>
    public TimeSpan DoubtAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A Core that takes longer to answer a try is slow. Default 2 s.</summary>
    public TimeSpan SlowAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a Core that carries nothing is tried again. Default 20 s, three handshakes a minute.</summary>
    public TimeSpan RetryEvery { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How many tries in a row must say otherwise before a Core that carried nothing is trusted again, or one is called slow. Default 2.</summary>
    public int InARow { get; init; } = 2;

    /// <summary>A Core without sessions for so long is no longer in use. Default 5 minutes.</summary>
    public TimeSpan UsedWithin { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a Core that carries nothing and is not in use is still tried. Default 30 minutes.</summary>
    public TimeSpan ForgetAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Most tries at a time. Default 8: with the limits above at most 0.5 MB/s.</summary>
    public int AtOnce { get; init; } = 8;

    /// <summary>Over how long clients' arrivals are counted. Default 1 minute.</summary>
    public TimeSpan ArrivalWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Fewer arrivals than that in a usual window say nothing when they stay away. Default 10.</summary>
    public int MinArrivals { get; init; } = 10;

    /// <summary>The share of the usual arrivals below which they have collapsed, after two windows. Default 0.1.</summary>
    public double CollapsedShare { get; init; } = 0.1;

    /// <summary>Everything that is wrong with these options, each as one line; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        foreach (var (name, value, most) in new[]
        {
            (nameof(Every), Every, TimeSpan.FromMinutes(10)), (nameof(FullEvery), FullEvery, TimeSpan.FromDays(1)),
            (nameof(AnswerWithin), AnswerWithin, TimeSpan.FromMinutes(1)), (nameof(DoubtAfter), DoubtAfter, TimeSpan.FromMinutes(1)),
            (nameof(SlowAfter), SlowAfter, TimeSpan.FromMinutes(1)), (nameof(RetryEvery), RetryEvery, TimeSpan.FromHours(1)),
            (nameof(UsedWithin), UsedWithin, TimeSpan.FromDays(1)), (nameof(ForgetAfter), ForgetAfter, TimeSpan.FromDays(1)),
            (nameof(ArrivalWindow), ArrivalWindow, TimeSpan.FromHours(1)),
        })
        {
            if (value <= TimeSpan.Zero || value > most)
            {
                errors.Add($"{name} is {value}: use more than 0 and at most {most}.");
            }
        }

        if (FullBytes is < 32 * 1024 or > 192 * 1024)
        {
            errors.Add($"{nameof(FullBytes)}: must be 32768 to 196608.");
        }

        if (InARow < 1 || AtOnce < 1 || MinArrivals < 1)
        {
            errors.Add($"{nameof(InARow)}, {nameof(AtOnce)} and {nameof(MinArrivals)}: must be 1 at least.");
        }

        if (CollapsedShare is not (> 0 and < 0.5))
        {
            errors.Add($"{nameof(CollapsedShare)}: must be above 0 and below 0.5.");
        }

        return errors;
    }
}
