namespace Cellway.Cli.Local.Drills;

/// <summary>Something that may befall a network, and how it is done to a throwaway one.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="What">In one line.</param>
/// <param name="Strike">Does it; says in a few words to what.</param>
internal sealed record Drill(string Name, string What, Func<DrillStage, CancellationToken, Task<string>> Strike)
{
    /// <summary>Every drill. A new one is one row here.</summary>
    public static IReadOnlyList<Drill> All { get; } =
    [
        new("kill-core", "the Core that carries the users dies; its sockets refuse", async (stage, cancellationToken) =>
        {
            var core = await stage.CoreInUseAsync(cancellationToken);
            await stage.Network.KillAsync(core.Name);
            return $"{core.Name} killed";
        }),
        new("freeze-core", "the Core that carries the users stops answering; its sockets stay silent", async (stage, cancellationToken) =>
        {
            var core = await stage.CoreInUseAsync(cancellationToken);
            core.Freeze();
            return $"{core.Name} frozen";
        }),
        new("block-exit", "a censor freezes every connection that names the exit domain", (stage, _) =>
        {
            stage.Censor.Block(stage.Network.Home.ExitDomain);
            return Task.FromResult($"{stage.Network.Home.ExitDomain} blocked");
        }),
        new("block-entry", "a censor freezes every connection that names the entry domain", (stage, _) =>
        {
            stage.Censor.Block(stage.Network.Home.EntryDomain);
            return Task.FromResult($"{stage.Network.Home.EntryDomain} blocked");
        }),
        new("kill-management", "all of management dies, and comes back after 20 s", async (stage, cancellationToken) =>
        {
            await stage.Network.KillAsync(DemoNetwork.Management);
            stage.Later(TimeSpan.FromSeconds(20), token => stage.Network.RestartAsync(DemoNetwork.Management, token));
            return "management killed";
        }),
        new("lose-management", "all of management is destroyed with its state, and built again elsewhere from a backup", LoseManagement.StrikeAsync),
        new("replace-root", "the operator replaces the root, changes their mind in the middle, and management dies during it", ReplaceRoot.StrikeAsync),
        new("revoke-core", "the operator revokes the Core that carries the users", async (stage, cancellationToken) =>
            $"{await stage.RevokeAsync(await stage.NodeInUseAsync(cancellationToken), cancellationToken)} revoked"),
        new("revoke-entry", "the operator revokes the Entry that the users come in by", async (stage, cancellationToken) =>
            $"{await stage.RevokeAsync(await stage.NodeOfAsync(stage.Network.Entry, cancellationToken), cancellationToken)} revoked"),
    ];
}
