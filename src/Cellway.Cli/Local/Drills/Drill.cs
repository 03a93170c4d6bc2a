namespace Cellway.Cli.Local.Drills;

/// <summary>Something that may befall a network, and how it is done to a throwaway one.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="What">In one line.</param>
/// <param name="Watch">How long to look at what users lose, from the fault on.</param>
/// <param name="Strike">Does it; says in a few words to what.</param>
internal sealed record Drill(string Name, string What, TimeSpan Watch, Func<DrillStage, CancellationToken, Task<string>> Strike)
{
    /// <summary>Every drill. A new one is one row here.</summary>
    public static IReadOnlyList<Drill> All { get; } =
    [
        new("kill-core", "the Core that carries the users dies; its sockets refuse", Seconds(15), async (stage, cancellationToken) =>
        {
            var core = await stage.CoreInUseAsync(cancellationToken);
            await stage.Network.KillAsync(core.Name);
            return $"{core.Name} killed";
        }),
        new("freeze-core", "the Core that carries the users stops answering; its sockets stay silent", Seconds(60), async (stage, cancellationToken) =>
        {
            var core = await stage.CoreInUseAsync(cancellationToken);
            core.Freeze();
            return $"{core.Name} frozen";
        }),
        new("block-exit", "a censor freezes every connection that names the exit domain", Seconds(60), (stage, _) =>
        {
            stage.Censor.Block(stage.Network.Home.ExitDomain);
            return Task.FromResult($"{stage.Network.Home.ExitDomain} blocked");
        }),
        new("block-entry", "a censor freezes every connection that names the entry domain", Seconds(60), (stage, _) =>
        {
            stage.Censor.Block(stage.Network.Home.EntryDomain);
            return Task.FromResult($"{stage.Network.Home.EntryDomain} blocked");
        }),
        new("kill-management", "all of management dies, and comes back after 20 s", Seconds(30), async (stage, cancellationToken) =>
        {
            await stage.Network.KillAsync(DemoNetwork.Management);
            stage.Later(Seconds(20), token => stage.Network.RestartAsync(DemoNetwork.Management, token));
            return "management killed";
        }),
        new("lose-management", "all of management is destroyed with its state, and built again elsewhere from a backup", Seconds(15), LoseManagement.StrikeAsync),
        new("steal-core", "the Core that carries the users is stolen, and the operator revokes it", Seconds(15), async (stage, cancellationToken) =>
            $"{await stage.RevokeAsync(await stage.NodeInUseAsync(cancellationToken), cancellationToken)} revoked"),
        new("steal-entry", "the Entry that the users come in by is stolen, and the operator revokes it", Seconds(15), async (stage, cancellationToken) =>
            $"{await stage.RevokeAsync(await stage.NodeOfAsync(stage.Network.Entry, cancellationToken), cancellationToken)} revoked"),
    ];

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
