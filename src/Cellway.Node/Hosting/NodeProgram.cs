using System.CommandLine;

namespace Cellway.Node.Hosting;

/// <summary>Runs the program of one role. Exit codes: 0 ended as asked, 1 it cannot run and one line on standard error says why, 2 the command line is wrong.</summary>
public static class NodeProgram
{
    /// <summary>Runs <paramref name="command"/> with what the process was given.</summary>
    public static async Task<int> RunAsync(Command command, string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(command);
        var parsed = new RootCommand(command.Description ?? "") { command }.Parse([command.Name, .. arguments]);
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
    }
}
