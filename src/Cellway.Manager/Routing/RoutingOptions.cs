using System.Globalization;

namespace Cellway.Manager.Routing;

/// <summary>When Cores leave the routes and come back.</summary>
public sealed record RoutingOptions
{
    /// <summary>A Core is out when a greater part of the Entries that know it find that it carries nothing. Default 0.5, most; at least that, or one Entry's network takes it out.</summary>
    public double OutShare { get; init; } = 0.5;

    /// <summary>A Core that was out of reach must be found well for so long before it is in the routes again, if others are meanwhile. Default 30 s.</summary>
    public TimeSpan SettleAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often an Entry is asked to try a Core that is out. Default 10 s.</summary>
    public TimeSpan ReprobeEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long another Entry's opinion is waited for when one alone does not reach a Core. Default 8 s.</summary>
    public TimeSpan SecondOpinionWithin { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long a cell must be well before its devices begin to come home. Default 60 s.</summary>
    public TimeSpan ReturnAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many of 1024 parts of its devices come home at a time. Default 128: an eighth.</summary>
    public int ReturnStep { get; init; } = 128;

    /// <summary>The time between two such steps. Default 30 s.</summary>
    public TimeSpan ReturnEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A Core whose load per processor is above that for <see cref="LoadFor"/> heartbeats gets half of the devices; above twice that, a quarter. Default 1.5.</summary>
    public double LoadedAbove { get; init; } = 1.5;

    /// <summary>How many heartbeats in a row a load must last; to be forgiven, four times as many. Default 3: half a minute.</summary>
    public int LoadFor { get; init; } = 3;

    /// <summary>Everything that is wrong with these options, each as one line; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        foreach (var (name, value) in new[]
        {
            (nameof(SettleAfter), SettleAfter), (nameof(ReprobeEvery), ReprobeEvery), (nameof(SecondOpinionWithin), SecondOpinionWithin),
            (nameof(ReturnAfter), ReturnAfter), (nameof(ReturnEvery), ReturnEvery),
        })
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromHours(1))
            {
                errors.Add($"{name} is {value}: use more than 0 and at most an hour.");
            }
        }

        if (OutShare is not (>= 0.5 and <= 0.95))
        {
            errors.Add(string.Create(CultureInfo.InvariantCulture, $"{nameof(OutShare)} is {OutShare}: use 0.5 to 0.95, or one Entry's network takes a Core out."));
        }

        if (ReturnStep is < 1 or > Ways.Whole)
        {
            errors.Add($"{nameof(ReturnStep)}: must be 1 to {Ways.Whole}.");
        }

        if (LoadedAbove is not (> 0 and < 1000) || LoadFor < 1)
        {
            errors.Add($"{nameof(LoadedAbove)} must be above 0, and {nameof(LoadFor)} 1 at least.");
        }

        return errors;
    }
}
