using Cellway.Manager.Api;
using Cellway.Model.Cells;

namespace Cellway.Manager.Rotation;

/// <summary>One of the two hops whose names rotate, and where its names are.</summary>
internal sealed record Hop(
    string Name,
    Func<RotationRecord, IReadOnlyList<ServiceName>> NamesOf,
    Func<RotationRecord, IReadOnlyList<ServiceName>, RotationRecord> With,
    Func<RotationPlan, RotationRule> RuleOf,
    Func<RotationOptions, HopOptions> OptionsOf)
{
    /// <summary>Client to Entry.</summary>
    public static readonly Hop Entry = new("entry", r => r.EntryNames, (r, names) => r with { EntryNames = names }, p => p.Entry, o => o.Entry);

    /// <summary>Entry to Core.</summary>
    public static readonly Hop Exit = new("exit", r => r.ExitNames, (r, names) => r with { ExitNames = names }, p => p.Exit, o => o.Exit);

    public static readonly IReadOnlyList<Hop> All = [Entry, Exit];

    /// <summary>The hops that a person has named: one, or both.</summary>
    /// <exception cref="AdminException">There is no such hop.</exception>
    public static IReadOnlyList<Hop> Read(string? name) =>
        name is null ? All
        : All.FirstOrDefault(h => h.Name == name) is { } hop ? [hop]
        : throw AdminException.Invalid($"“{name}” is not a hop: use entry (client to Entry) or exit (Entry to Core).");
}
