using System.CommandLine;
using Cellway.Manager.Backups.Schedule;

namespace Cellway.Cli.Commands;

/// <summary>The schedule of backups, as options of <c>cellway management</c>. Give every replica the same: any of them may lead.</summary>
internal sealed class BackupFlags
{
    private static readonly BackupOptions Default = new();

    private readonly Option<string[]> _to = new("--backup-to") { Description = "Directory that gets scheduled backups, better on another machine's disk; repeatable" };
    private readonly Option<string[]> _git = new("--backup-git") { Description = "Clone of a git repository that gets them, committed and pushed; repeatable" };
    private readonly Option<bool> _plain = new("--backup-plain") { Description = "Commit to it what holds no secret as plain files too, so that its history can be read" };
    private readonly Option<TimeSpan?> _every = DurationOption.New("--backup-every", "How old the newest backup may become; default 6h");
    private readonly Option<TimeSpan?> _settle = DurationOption.New("--backup-settle", "How long an important change waits for others before a backup is made for it; default 5m");
    private readonly Option<int?> _keep = new("--backup-keep") { Description = "The most backups that are kept; default 56" };
    private readonly Option<TimeSpan?> _keepFor = DurationOption.New("--backup-keep-for", "How long a backup is kept, the newest good one for ever; default 90d");
    private readonly Option<string[]> _recipients = new("--backup-recipient") { Description = "Certificate of an operator who can open them (PEM); repeatable; default: every operator" };
    private readonly Option<bool> _withoutRoot = new("--backup-without-root") { Description = "Leave the root's key out of them; restoring then needs an earlier backup that has it" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_to, _git, _plain, _every, _settle, _keep, _keepFor, _recipients, _withoutRoot])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What was said, checked.</summary>
    /// <exception cref="CliException">With every error.</exception>
    public BackupOptions Read(ParseResult parsed)
    {
        var options = Default with
        {
            Directories = parsed.GetValue(_to) ?? [],
            Git = parsed.GetValue(_git) ?? [],
            Plain = parsed.GetValue(_plain),
            Every = parsed.GetValue(_every) ?? Default.Every,
            Settle = parsed.GetValue(_settle) ?? Default.Settle,
            Keep = parsed.GetValue(_keep) ?? Default.Keep,
            KeepFor = parsed.GetValue(_keepFor) ?? Default.KeepFor,
            Recipients = parsed.GetValue(_recipients) ?? [],
            WithoutRoot = parsed.GetValue(_withoutRoot),
        };
        return options.Validate() is { Count: > 0 } errors ? throw new CliException(string.Join(' ', errors)) : options;
    }
}
