namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>Something is stolen from a throwaway network, and everything is tried with it.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Stolen">What was stolen.</param>
/// <param name="Try">Tries everything.</param>
internal sealed record ThiefDrill(string Name, string Stolen, Func<ThiefScene, CancellationToken, Task> Try)
{
    /// <summary>Every drill. A new one is one row here.</summary>
    public static IReadOnlyList<ThiefDrill> All { get; } =
    [
        new("steal-core", "a Core, with its key and its disk", StolenCore.TryAsync),
        new("steal-entry", "an Entry, with its key and its disk", StolenEntry.TryAsync),
        new("steal-laptop", "an operator's laptop, with its credential", StolenLaptop.TryAsync),
        new("steal-state", "a copy of the state, and a Core", StolenState.TryAsync),
        new("on-path", "the path between nodes and management, and between Entry and Core, and a valid certificate for the domain", OnPath.TryAsync),
    ];
}
