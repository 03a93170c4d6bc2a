namespace Cellway.Manager.Backups.Schedule;

/// <summary>When backups are made, where they go, and how long they are kept. Give every replica the same: any of them may lead.</summary>
public sealed record BackupOptions
{
    /// <summary>Directories that get each backup as a file. None, and no <see cref="Git"/>: no schedule.</summary>
    public IReadOnlyList<string> Directories { get; init; } = [];

    /// <summary>Clones of git repositories: each backup is committed, and pushed where there is a remote.</summary>
    public IReadOnlyList<string> Git { get; init; } = [];

    /// <summary>Whether git repositories get what holds no secret as plain files too, so that its history can be read.</summary>
    public bool Plain { get; init; }

    /// <summary>How old the newest backup may become. Default 6 hours.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How long an important change waits for others before a backup is made for it. Default 5 minutes.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The most backups that are kept. Default 56: two weeks of four a day.</summary>
    public int Keep { get; init; } = 56;

    /// <summary>How long a backup is kept; never less than the newest good one. Default 90 days.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Certificates (PEM files) of those who can open them; none: every operator whose certificate counts.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>Whether the root's key is left out.</summary>
    public bool WithoutRoot { get; init; }

    /// <summary>Whether there is anywhere to put a backup.</summary>
    public bool IsOn => Directories.Count + Git.Count > 0;

    /// <summary>What is wrong with it, every error by name.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        Require(Every >= TimeSpan.FromMinutes(1), "--backup-every: backups are a minute apart at least.");
        Require(Settle >= TimeSpan.Zero && Settle <= Every, "--backup-settle: a change cannot wait longer than --backup-every.");
        Require(Keep >= 1, "--backup-keep: at least one backup is kept.");
        Require(KeepFor >= Every, "--backup-keep-for: a backup is kept until the next one at least.");
        Require(!Plain || Git.Count > 0, "--backup-plain writes to a git repository: name one with --backup-git.");
        foreach (var missing in Recipients.Where(r => !File.Exists(r)))
        {
            errors.Add($"--backup-recipient: there is no file {missing}.");
        }

        foreach (var clone in Git.Where(g => !Path.Exists(Path.Combine(g, ".git"))))
        {
            errors.Add($"--backup-git: {clone} is no clone of a git repository: make one with “git clone” (or “git init”) as the user that management runs as.");
        }

        return errors;

        void Require(bool condition, string message)
        {
            if (!condition)
            {
                errors.Add(message);
            }
        }
    }
}
