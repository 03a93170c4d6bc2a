using Cellway.Manager.Api;

namespace Cellway.Cli.Local.Drills;

/// <summary>The root is replaced by the commands of docs/operations/root.md. Nobody may lose anything by it.</summary>
internal static class ReplaceRoot
{
    private static readonly TimeSpan Heard = TimeSpan.FromSeconds(10); // management asks for it
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(3);

    public static async Task<string> StrikeAsync(DrillStage stage, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AtMost);
        try
        {
            return await ReplaceAsync(stage, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException($"The root was not replaced within {AtMost.TotalMinutes:0} minutes.");
        }
    }

    private static async Task<string> ReplaceAsync(DrillStage stage, CancellationToken token)
    {
        var network = stage.Network;
        await using var session = new HeldSession(stage.Proxy, stage.Page);

        await BeginAsync();
        await UntilAllHaveAsync(2);
        await StepAsync("undo"); // a change of mind: the old root issues again
        await UntilAllHaveAsync(1);
        await StepAsync("undo"); // and is the only one

        await BeginAsync();
        await network.KillAsync(DemoNetwork.Management); // nodes are getting their certificates at this moment
        await network.RestartAsync(DemoNetwork.Management, token);
        await UntilAllHaveAsync(2);
        await network.RenewOperatorAsync(token);
        await StepAsync("retire");

        // Whoever comes now finds only the new root, and so does whoever comes back.
        await network.KillAsync("core-3");
        await network.RestartAsync("core-3", token);
        await network.AddCoreAsync("core-new", "127.0.0.41", token);
        await network.WaitUntilReadyAsync(token);
        await session.EndAsync();
        return $"root 1 replaced by root 2, once undone and once interrupted; every node renewed for it, one came back and one joined after it; a session open all the while had {session.Answers} answers";

        async Task BeginAsync()
        {
            await network.TellNodesAsync(() => StepAsync("introduce"), token);
            await Task.Delay(Heard, TimeProvider.System, token);
            await StepAsync("reissue");
        }

        Task StepAsync(string step) => network.RunAsync($"ca-rotate-{step}", ["ca", "rotate", step], token);

        async Task UntilAllHaveAsync(int root)
        {
            while ((await network.Admin.GetAsync("roots", AdminJson.Default.IReadOnlyListRootInfo, token)).Any(r => r.Generation != root && r.Nodes > 0))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, token);
            }
        }
    }
}
