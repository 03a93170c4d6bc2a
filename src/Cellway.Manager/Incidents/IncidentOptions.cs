namespace Cellway.Manager.Incidents;

/// <summary>The detector's rules. The defaults are those that the simulations in the tests were passed with.</summary>
public sealed record IncidentOptions
{
    /// <summary>How many Entries must see a thing before it counts at all. Default 2: one Entry's trouble is its own.</summary>
    public int MinEntries { get; init; } = 2;

    /// <summary>How many Cores of a domain must be lost before the domain is suspected. Default 2: one Core's trouble is its own.</summary>
    public int MinCores { get; init; } = 2;

    /// <summary>Which part of the Cores that it knows an Entry must have lost to count as cut off from their domain. Default 0.8.</summary>
    public double CoreShare { get; init; } = 0.8;

    /// <summary>Which part of the Entries must be cut off, when they do reach another domain. Default 0.6: most.</summary>
    public double EntryShare { get; init; } = 0.6;

    /// <summary>The same when there is no other domain to compare with. Default 0.8.</summary>
    public double EntryShareAlone { get; init; } = 0.8;

    /// <summary>Which part of the lost Cores must have been heard since they were lost. Default 0.5: a domain is blocked when its servers live.</summary>
    public double AliveShare { get; init; } = 0.5;

    /// <summary>How long most Entries must have been sure that an exit domain is blocked. Default 3 seconds: they take eight to be sure, and all of it is to take 15.</summary>
    public TimeSpan BlockedAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The same when every Entry, in several networks, has lost every domain. Default 30 seconds.</summary>
    public TimeSpan EverywhereAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The same for a domain that some Entries reach. Default 30 seconds.</summary>
    public TimeSpan InPlacesAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The same for a slow one. Default 3 minutes.</summary>
    public TimeSpan SlowAfter { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long the clients of an entry domain must have stayed away. Default 3 minutes.</summary>
    public TimeSpan ArrivalsAfter { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a Core that has just attached is not judged by what was found before. Default 30 seconds.</summary>
    public TimeSpan SettleFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a domain must have been well before its incident counts as mitigated. Default 5 minutes: a domain that flaps is one incident.</summary>
    public TimeSpan ClearAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a mitigated incident waits for a relapse before it is closed. Default 30 minutes.</summary>
    public TimeSpan CloseAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long closed incidents are kept. Default 365 days.</summary>
    public TimeSpan KeepClosedFor { get; init; } = TimeSpan.FromDays(365);

    /// <summary>How often the network is judged. Default 1 second.</summary>
    public TimeSpan JudgeEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Everything that is wrong with them, a line each.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        AtLeast(MinEntries, 2, nameof(MinEntries), "a single node's failure would be an incident");
        AtLeast(MinCores, 2, nameof(MinCores), "a single node's failure would be an incident");
        Share(CoreShare, 0.5, nameof(CoreShare));
        Share(EntryShare, 0.5, nameof(EntryShare));
        Share(EntryShareAlone, 0.5, nameof(EntryShareAlone));
        Share(AliveShare, 0, nameof(AliveShare));
        foreach (var (value, name) in new[]
        {
            (BlockedAfter, nameof(BlockedAfter)), (EverywhereAfter, nameof(EverywhereAfter)), (InPlacesAfter, nameof(InPlacesAfter)), (SlowAfter, nameof(SlowAfter)),
            (ArrivalsAfter, nameof(ArrivalsAfter)), (SettleFor, nameof(SettleFor)), (ClearAfter, nameof(ClearAfter)), (CloseAfter, nameof(CloseAfter)),
            (KeepClosedFor, nameof(KeepClosedFor)),
        })
        {
            if (value < TimeSpan.Zero)
            {
                errors.Add($"{name} is {value}: a time cannot be negative.");
            }
        }

        if (JudgeEvery < TimeSpan.FromMilliseconds(100) || JudgeEvery > TimeSpan.FromMinutes(1))
        {
            errors.Add($"{nameof(JudgeEvery)} is {JudgeEvery}: use 0.1 seconds to 1 minute.");
        }

        return errors;

        void AtLeast(int value, int least, string name, string otherwise)
        {
            if (value < least)
            {
                errors.Add($"{name} is {value}: use {least} or more, or {otherwise}.");
            }
        }

        void Share(double value, double above, string name)
        {
            if (!(value > above && value <= 1))
            {
                errors.Add($"{name} is {value}: use more than {above} and at most 1.");
            }
        }
    }
}
