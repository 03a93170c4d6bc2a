using System.CommandLine;

namespace Cellway.Node.Configuration;

/// <summary>How an option of the command line is called elsewhere, and how its value is written there.</summary>
public static class SettingNames
{
    /// <summary><c>--join-token</c> is <c>CELLWAY_JOIN_TOKEN</c>.</summary>
    public static string VariableOf(Option option)
    {
        ArgumentNullException.ThrowIfNull(option);
        return $"CELLWAY_{option.Name.TrimStart('-').Replace('-', '_').ToUpperInvariant()}";
    }

    /// <summary>Whether the option may be given several times; elsewhere its values are separated by commas.</summary>
    public static bool IsRepeatable(Option option)
    {
        ArgumentNullException.ThrowIfNull(option);
        return option.ValueType.IsArray;
    }

    /// <summary>The words of a command line that say the same.</summary>
    internal static IEnumerable<string> ArgumentsOf(Option option, string value) =>
        (IsRepeatable(option) ? value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [value.Trim()])
            .Select(one => $"{option.Name}={one}"); // in one word: a value may begin with a dash
}
