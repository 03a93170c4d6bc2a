using System.CommandLine;
using Cellway.Manager.Rotation;

namespace Cellway.Cli.Commands;

/// <summary>How names rotate, as options of <c>cellway management</c>. Give every replica the same: any of them may lead.</summary>
internal sealed class RotationFlags
{
    private static readonly RotationOptions Default = new();

    private readonly Option<TimeSpan?> _entryEvery = DurationOption.New("--rotate-entry-every", "How often the names change that clients ask Entries for; default 2h");
    private readonly Option<TimeSpan?> _exitEvery = DurationOption.New("--rotate-exit-every", "How often the names change that Entries ask Cores for; default 1h");
    private readonly Option<TimeSpan?> _offset = DurationOption.New("--rotate-offset", "Up to how much longer, at random; default 30m");
    private readonly Option<TimeSpan?> _keepEntry = DurationOption.New("--keep-entry-names", "How long replaced names are accepted from clients; at least three of them are; default 72h");
    private readonly Option<TimeSpan?> _keepExit = DurationOption.New("--keep-exit-names", "How long replaced names are accepted from Entries; default 6h");
    private readonly Option<TimeSpan?> _ahead = DurationOption.New("--plan-names-ahead", "For how long names change without management; default 24h");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_entryEvery, _exitEvery, _offset, _keepEntry, _keepExit, _ahead])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What was said, checked.</summary>
    /// <exception cref="CliException">With every error.</exception>
    public RotationOptions Read(ParseResult parsed)
    {
        var offset = parsed.GetValue(_offset) ?? Default.Entry.Offset;
        var options = Default with
        {
            Ahead = parsed.GetValue(_ahead) ?? Default.Ahead,
            Entry = Default.Entry with { Every = parsed.GetValue(_entryEvery) ?? Default.Entry.Every, Keep = parsed.GetValue(_keepEntry) ?? Default.Entry.Keep, Offset = offset },
            Exit = Default.Exit with { Every = parsed.GetValue(_exitEvery) ?? Default.Exit.Every, Keep = parsed.GetValue(_keepExit) ?? Default.Exit.Keep, Offset = offset },
        };
        return options.Validate() is { Count: > 0 } errors ? throw new CliException(string.Join(' ', errors)) : options;
    }
}

