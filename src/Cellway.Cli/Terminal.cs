using System.CommandLine;
using Cellway.Node.Configuration;
using Cellway.Node.Hosting;

namespace Cellway.Cli;

/// <summary>Runs a command line. Exit codes: 0 done, 1 it failed and one line on standard error says why, 2 the command line itself is wrong.</summary>
internal static class Terminal
{
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = ServerCommand.Complete(root.Parse(args), args, Environment.GetEnvironmentVariable);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync($"cellway: {error.Message}");
            }

            await Console.Error.WriteLineAsync($"See “{PathOf(parsed.CommandResult.Command)} --help”.");
            return 2;
        }

        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
        }
        catch (Exception e) when (e is CliException or NodeStartException)
        {
            await Console.Error.WriteLineAsync($"cellway: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130; // ended by Ctrl-C before it was done
        }
    }

    private static string PathOf(Command command)
    {
        var names = new List<string>();
        for (Symbol? symbol = command; symbol is not null; symbol = symbol.Parents.FirstOrDefault())
        {
            names.Insert(0, symbol is RootCommand ? "cellway" : symbol.Name);
        }

        return string.Join(' ', names);
    }
}
