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

    /// <summary>The Core in a place, 0 to 2.</summary>
    public readonly PlannedCore? this[int place] => place switch { 0 => First, 1 => Second, _ => Third };

    public static BestCores Of(ulong device, ReadOnlySpan<PlannedCore> cores, Ranking ranking = default)
    {
        var best = new BestCores(device);
        ulong first = 0, second = 0, third = 0;
        foreach (var core in cores)
        {
            best.Take(core, ranking.Score(device, core), ref first, ref second, ref third);
        }

        return best;
    }

    public readonly bool Has(PlannedCore core) => First == core || Second == core || Third == core;

    public readonly bool HasAny(HashSet<PlannedCore> cores) =>
        (First is not null && cores.Contains(First)) || (Second is not null && cores.Contains(Second)) || (Third is not null && cores.Contains(Third));

    /// <summary>Whether the very same Core, however it stands, is among them.</summary>
    public readonly bool HasRoutesOf(PlannedCore core) =>
        Has(core) || (First?.HasRoutesOf(core) ?? false) || (Second?.HasRoutesOf(core) ?? false) || (Third?.HasRoutesOf(core) ?? false);

    /// <summary>Lets other Cores take places, those that suit the device better than these.</summary>
    public void Offer(ReadOnlySpan<PlannedCore> cores, Ranking ranking = default)
    {
        var (first, second, third) = (ScoreOf(First, ranking), ScoreOf(Second, ranking), ScoreOf(Third, ranking));
        foreach (var core in cores)
        {
            Take(core, ranking.Score(Device, core), ref first, ref second, ref third);
        }
    }

    /// <summary>Whether a Core that is not among them would be if it were offered.</summary>
    public readonly bool WouldTake(PlannedCore core, Ranking ranking) => IsBetter(core, ranking.Score(Device, core), Third, ScoreOf(Third, ranking));

    public readonly bool IsSameAs(in BestCores other) => First == other.First && Second == other.Second && Third == other.Third;

    public readonly IEnumerable<PlannedCore> Present()
    {
        var (first, second, third) = (First, Second, Third);
        return new[] { first, second, third }.OfType<PlannedCore>();
    }

    private readonly ulong ScoreOf(PlannedCore? core, Ranking ranking) => core is null ? 0 : ranking.Score(Device, core);

    // Equal scores happen where shares have been halved often; every replica must decide alike, whoever came first.
    private static bool IsBetter(PlannedCore core, ulong score, PlannedCore? held, ulong heldScore) =>
        held is null || score > heldScore || (score == heldScore && core.Seed > held.Seed);

    private void Take(PlannedCore core, ulong score, ref ulong first, ref ulong second, ref ulong third)
    {
        if (!IsBetter(core, score, Third, third))
        {
            return;
        }

        if (!IsBetter(core, score, Second, second))
        {
            (Third, third) = (core, score);
        }
        else if (!IsBetter(core, score, First, first))
        {
            (Third, third, Second, second) = (Second, second, core, score);
        }
        else
        {
            (Third, third, Second, second, First, first) = (Second, second, First, first, core, score);
        }
    }
}
