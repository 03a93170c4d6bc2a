using System.CommandLine;
using System.Globalization;

namespace Cellway.Node.Configuration;

/// <summary>Reads options of a server's command and remembers all that are wrong, so that they can be told at once.</summary>
/// <param name="parsed">The command line, the environment and the file.</param>
public sealed class SettingReader(ParseResult parsed)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(30); // timers take no more than 49

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

    /// <summary>A length of time, or a number of seconds.</summary>
    public TimeSpan Duration(Option<string?> option, TimeSpan otherwise)
    {
        ArgumentNullException.ThrowIfNull(option);
        if (parsed.GetValue(option) is not { } text)
        {
            return otherwise;
        }

        var isTime = Durations.TryParse(text, out var time);
        if (!isTime && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            (isTime, time) = (true, TimeSpan.FromSeconds(seconds));
        }

        if (isTime && time <= s_longest)
        {
            return time;
        }

        _errors.Add($"{option.Name}: “{text}” is not a length of time: write it like 90s, 30m or 72h, or in seconds, like 90; at most 30d.");
        return otherwise;
    }
}
