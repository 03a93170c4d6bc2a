using System.CommandLine;
using Cellway.Node.Configuration;
using Cellway.Node.Health;

namespace Cellway.Node.Hosting;

/// <summary>
/// Runs the program of one role. Exit codes: 0 ended as asked, 1 it cannot run and one line on standard error says why, 2 the command line is
/// wrong, 78 it was stopped while it waited for a person to put something right (<c>--hold</c>).
/// </summary>
public static class NodeProgram
{
    /// <summary>Runs <paramref name="command"/>, whose name may be left out, or the health command.</summary>
    public static async Task<int> RunAsync(Command command, string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(arguments);
        var health = HealthCommand.Create(NodeOptions.DefaultStateDirectory);
        string[] words = arguments is [var first, ..] && (first == command.Name || first == health.Name) ? arguments : [command.Name, .. arguments];
        var parsed = ServerCommand.Complete(
            new RootCommand(command.Description ?? "") { command, health }.Parse(words), words, Environment.GetEnvironmentVariable);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            return 2;
        }

        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = Timeout.InfiniteTimeSpan });
        }
        catch (NodeStartException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130; // told to stop before it had begun
        }
    }
}
