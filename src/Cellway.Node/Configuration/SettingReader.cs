using System.CommandLine;
using System.Globalization;

namespace Cellway.Node.Configuration;

/// <summary>Reads options of a server's command and remembers all that are wrong, so that they can be told at once.</summary>
/// <param name="parsed">The command line, the environment and the file.</param>
public sealed class SettingReader(ParseResult parsed)
{
    private readonly List<string> _errors = [.. (parsed.CommandResult.Command as ServerCommand)?.SettingErrors ?? []];

    /// <summary>What was wrong so far.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>The value as it is.</summary>
    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    /// <summary>Each of the values, turned into what they mean; those that mean nothing are left out and remembered.</summary>
    /// <param name="option">A repeatable option.</param>
    /// <param name="read">The meaning; null when there is none.</param>
    /// <param name="otherwise">What a value must be.</param>
    public List<T> All<T>(Option<string[]> option, Func<string, T?> read, string otherwise)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(option);
        ArgumentNullException.ThrowIfNull(read);
        var values = new List<T>();
        foreach (var text in parsed.GetValue(option) ?? [])
        {
            if (read(text) is { } value)
            {
                values.Add(value);
            }
            else
            {
                _errors.Add($"{option.Name}: “{text}” is not {otherwise}");
            }
        }

        return values;
    }

    /// <summary>A number of seconds, or as .NET writes a time: <c>30</c>, <c>00:01:30</c>.</summary>
    public TimeSpan Duration(Option<string?> option, TimeSpan otherwise)
    {
        ArgumentNullException.ThrowIfNull(option);
        if (parsed.GetValue(option) is not { } text)
        {
            return otherwise;
        }

        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaxSeconds)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.Zero && time.TotalSeconds <= MaxSeconds)
        {
            return time;
        }

        _errors.Add($"{option.Name}: “{text}” is not a time: write seconds, like 30, or 00:01:30, at most a day.");
        return otherwise;
    }

    private const uint MaxSeconds = 24 * 60 * 60;
}
