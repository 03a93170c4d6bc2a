using System.CommandLine;
using System.Diagnostics.CodeAnalysis;

namespace Cellway.Node.Configuration;

/// <summary>A command that runs a server: each of its options can also come from the environment or from a file.</summary>
[SuppressMessage("Design", "CA1010", Justification = "Its base enumerates without a type, for collection initializers only.")]
public sealed class ServerCommand : Command
{
    private readonly Option<string?> _file = new("--config") { Description = "File with further settings, a line each: CELLWAY_LISTEN=[::]:443. The command line and the environment come first" };

    /// <summary>With a name and what it runs.</summary>
    public ServerCommand(string name, string description)
        : base(name, description) => Options.Add(_file);

    /// <summary>What was wrong in the environment and the file; the command tells it together with all else that is wrong.</summary>
    public IReadOnlyList<string> SettingErrors { get; private set; } = [];

    /// <summary>Parses again with what the environment and the file say, when <paramref name="parsed"/> is a call of such a command.</summary>
    /// <param name="parsed">What the command line says.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="environment">The value of a variable; null when there is none.</param>
    public static ParseResult Complete(ParseResult parsed, IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        ArgumentNullException.ThrowIfNull(environment);
        if (parsed.Errors.Count > 0 || parsed.CommandResult.Command is not ServerCommand command)
        {
            return parsed;
        }

        var open = command.Options.Where(option => parsed.GetResult(option) is null or { Implicit: true }).ToList();
        var errors = new List<string>();
        var path = parsed.GetValue(command._file) ?? environment(SettingNames.VariableOf(command._file));
        var file = path is { Length: > 0 } ? SettingFile.Read(path, command.Options, errors) : SettingFile.Empty;
        List<string> more = [];
        foreach (var option in open.Where(option => option != command._file))
        {
            var variable = SettingNames.VariableOf(option);
            if ((environment(variable) is { Length: > 0 } value ? value : file.GetValueOrDefault(variable)) is { } found)
            {
                more.AddRange(SettingNames.ArgumentsOf(option, found));
            }
        }

        command.SettingErrors = errors;
        return parsed.RootCommandResult.Command.Parse([.. arguments, .. more]);
    }
}
