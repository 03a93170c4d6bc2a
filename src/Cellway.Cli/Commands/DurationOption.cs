using System.CommandLine;
using System.CommandLine.Parsing;
using Cellway.Node.Configuration;

namespace Cellway.Cli.Commands;

/// <summary>Options that are lengths of time.</summary>
internal static class DurationOption
{
    /// <summary>Makes one that may be left out.</summary>
    public static Option<TimeSpan?> New(string name, string description) => new(name) { Description = description, CustomParser = Read, HelpName = "DURATION" };

    private static TimeSpan? Read(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (Durations.TryParse(text, out var value))
        {
            return value;
        }

        result.AddError($"“{text}” is not a length of time: write it like 90s, 30m, 72h, 2d or 0.");
        return null;
    }
}
