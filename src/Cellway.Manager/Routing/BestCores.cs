namespace Cellway.Manager.Routing;

/// <summary>The Cores of a device, the best first.</summary>
/// <remarks>
/// Rendezvous hashing: each device ranks the Cores by a hash of both names, so that a Core that goes moves only its own devices,
/// and one that comes takes only its share. The first few of the ranking all serve the device, so that an Entry that finds the
/// first one dead goes on to the second without asking anybody.
/// </remarks>
internal struct BestCores(ulong device)
{
    /// <summary>How many Cores serve one device at a time.</summary>
    public const int Count = 3;

    public ulong Device { get; } = device;

    public PlannedCore? First { get; private set; }

    public PlannedCore? Second { get; private set; }

    public PlannedCore? Third { get; private set; }

    public static BestCores Of(ulong device, ReadOnlySpan<PlannedCore> cores, Ranking ranking = default)
    {
        var best = new BestCores(device);
        ulong first = 0, second = 0, third = 0;
        foreach (var core in cores)
        {
            var score = ranking.Score(device, core);
            if (best.Third is not null && score < third)
            {
                continue;
            }

            if (best.First is null || score >= first)
            {
                (best.Third, third, best.Second, second, best.First, first) = (best.Second, second, best.First, first, core, score);
            }
            else if (best.Second is null || score >= second)
            {
                (best.Third, third, best.Second, second) = (best.Second, second, core, score);
            }
            else
            {
                (best.Third, third) = (core, score);
            }
        }

        return best;
    }

    public readonly bool Has(PlannedCore core) => First == core || Second == core || Third == core;

    public readonly bool HasAny(HashSet<PlannedCore> cores) =>
        (First is not null && cores.Contains(First)) || (Second is not null && cores.Contains(Second)) || (Third is not null && cores.Contains(Third));

    /// <summary>Lets another Core take a place, if it suits the device better than one of these.</summary>
    public void Offer(PlannedCore core, Ranking ranking = default)
    {
        if (Third is null || ranking.Score(Device, core) >= ranking.Score(Device, Third))
        {
            this = Of(Device, [.. Present(), core], ranking);
        }
    }

    public readonly bool IsSameAs(in BestCores other) => First == other.First && Second == other.Second && Third == other.Third;

    public readonly IEnumerable<PlannedCore> Present()
    {
        var (first, second, third) = (First, Second, Third);
        return new[] { first, second, third }.OfType<PlannedCore>();
    }
}
