using System.CommandLine;
using Cellway.Node.Configuration;

namespace Cellway.Node.Health;

/// <summary>The <c>health</c> command: asks the server that runs here how it is. For HEALTHCHECK and probes.</summary>
public static class HealthCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>Makes it.</summary>
    /// <param name="state">Where the server keeps its state when nothing is said.</param>
    public static Command Create(string state)
    {
        var directory = new Option<string>("--state") { Description = "The server's state directory", DefaultValueFactory = _ => state };
        var live = new Option<bool>("--live") { Description = "Ask only whether it answers, not whether it is ready" };
        var command = new ServerCommand("health", "Ask the server that runs here how it is: 0 ready, 1 not") { directory, live };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var timer = new CancellationTokenSource(Limit, TimeProvider.System);
            await using var expiry = timer.Token.Register(limit.Cancel);
            var report = await AskAsync(parsed.GetRequiredValue(directory), limit.Token);
            await Console.Out.WriteLineAsync(report?.Line ?? "does not answer");
            return report is { IsReady: true } || (report is not null && parsed.GetValue(live)) ? 0 : 1;
        });
        return command;
    }

    private static async Task<HealthReport?> AskAsync(string state, CancellationToken cancellationToken)
    {
        try
        {
            return await HealthSocket.AskAsync(state, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
