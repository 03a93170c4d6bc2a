using System.Diagnostics;

namespace Cellway.Manager.Backups.Schedule;

/// <summary>A clone of a git repository: a commit for each backup, pushed if there is a remote. The clone's own configuration says as whom and with which key.</summary>
/// <param name="clone">Its directory.</param>
/// <param name="plain">Writes what holds no secret into a directory; <see langword="null"/> for nothing.</param>
internal sealed class GitDestination(string clone, Func<string, CancellationToken, Task>? plain) : IBackupDestination
{
    private const string Folder = "backups";
    private const string PlainFolder = "state";
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(10);

    public string Name => $"git {clone}";

    public IReadOnlyList<string> List() =>
        Directory.Exists(Path.Combine(clone, Folder)) ? [.. Directory.GetFiles(Path.Combine(clone, Folder)).Select(f => Path.GetFileName(f))] : [];

    public async Task PutAsync(string file, string name, Func<IReadOnlyList<string>, IReadOnlyList<string>> expired, CancellationToken cancellationToken)
    {
        var isShared = (await RunAsync(["remote"], cancellationToken)).Length > 0;
        if (isShared)
        {
            await TryFollowAsync(cancellationToken);
        }

        await DirectoryDestination.CopyAsync(file, Path.Combine(clone, Folder, name), cancellationToken);
        if (plain is not null)
        {
            await plain(Path.Combine(clone, PlainFolder), cancellationToken);
            await RunAsync(["add", "--all", "--", PlainFolder], cancellationToken);
        }

        foreach (var old in expired(List()))
        {
            File.Delete(Path.Combine(clone, Folder, old));
        }

        await RunAsync(["add", "--all", "--", Folder], cancellationToken);
        await RunAsync(["-c", "commit.gpgSign=false", "commit", "--quiet", "-m", $"backup {name}"], cancellationToken);
        if (isShared)
        {
            await RunAsync(["push", "--quiet", "origin", "HEAD"], cancellationToken);
        }
    }

    /// <summary>Goes on from what another replica has pushed from a clone of its own while it led. What never got out of here stays in the directory and goes with the next commit.</summary>
    private async Task TryFollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            var branch = await RunAsync(["symbolic-ref", "--short", "HEAD"], cancellationToken);
            if ((await RunAsync(["ls-remote", "origin", $"refs/heads/{branch}"], cancellationToken)).Length == 0)
            {
                return; // it is empty yet
            }

            await RunAsync(["fetch", "--quiet", "origin", branch], cancellationToken);
            await RunAsync(["reset", "--quiet", "FETCH_HEAD"], cancellationToken);
            var missing = (await RunAsync(["ls-files", "--deleted", "--", Folder], cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (missing.Length > 0)
            {
                await RunAsync(["checkout-index", "--quiet", "--", .. missing], cancellationToken);
            }
        }
        catch (BackupException)
        {
            // The push will say it, after the backup has been committed here.
        }
    }

    private async Task<string> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Within);
        var start = new ProcessStartInfo("git", ["-C", clone, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["GIT_TERMINAL_PROMPT"] = "0"; // nobody is there to answer
        foreach (var who in (string[])["AUTHOR", "COMMITTER"])
        {
            start.Environment.TryAdd($"GIT_{who}_NAME", "Cellway");
            start.Environment.TryAdd($"GIT_{who}_EMAIL", "backups@localhost");
        }

        try
        {
            using var git = Process.Start(start)!;
            git.StandardInput.Close();
            try
            {
                var output = git.StandardOutput.ReadToEndAsync(limit.Token);
                var errors = await git.StandardError.ReadToEndAsync(limit.Token);
                await git.WaitForExitAsync(limit.Token);
                return git.ExitCode == 0 ? (await output).Trim() : throw new BackupException($"git {arguments.First(a => a[0] != '-' && !a.Contains('=', StringComparison.Ordinal))} in {clone} failed: {OneLine(errors)}");
            }
            catch (OperationCanceledException)
            {
                git.Kill(entireProcessTree: true);
                throw cancellationToken.IsCancellationRequested ? new OperationCanceledException(cancellationToken) : (Exception)new BackupException($"git in {clone} does not come to an end: is the remote there?");
            }
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new BackupException("There is no git program here: install it, or have backups put into a directory (--backup-to).", e);
        }
    }

    private static string OneLine(string text) => string.Join(' ', text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(3));
}
