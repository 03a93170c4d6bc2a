using System.CommandLine;
using System.Globalization;

namespace Cellway.Node.Configuration;

/// <summary>A file of settings in the form that Docker's <c>--env-file</c> and systemd's <c>EnvironmentFile</c> read: <c>NAME=value</c>, <c>#</c> begins a comment line.</summary>
internal static class SettingFile
{
    public static IReadOnlyDictionary<string, string> Empty { get; } = new Dictionary<string, string>();

    /// <summary>Reads it; what is wrong with it goes into <paramref name="errors"/>, never with a value: it may be a secret.</summary>
    public static IReadOnlyDictionary<string, string> Read(string path, IEnumerable<Option> options, List<string> errors)
    {
        var known = options.Select(SettingNames.VariableOf).ToHashSet(StringComparer.Ordinal);
        try
        {
            return Parse(File.ReadAllLines(path), path, known, errors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add($"The settings file {path} cannot be read ({e.Message.TrimEnd('.')}): check --config.");
            return Empty;
        }
    }

    internal static Dictionary<string, string> Parse(IReadOnlyList<string> lines, string path, HashSet<string> known, List<string> errors)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var number = (i + 1).ToString(CultureInfo.InvariantCulture);
            if (line.Split('=', 2, StringSplitOptions.TrimEntries) is not [var name, var value])
            {
                errors.Add($"{path}, line {number}: must be NAME=value.");
            }
            else if (!known.Contains(name))
            {
                errors.Add($"{path}, line {number}: there is no setting {name}.");
            }
            else if (!settings.TryAdd(name, value))
            {
                errors.Add($"{path}, line {number}: {name} is there twice.");
            }
        }

        return settings;
    }
}
