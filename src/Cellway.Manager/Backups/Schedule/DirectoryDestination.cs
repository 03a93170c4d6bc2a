namespace Cellway.Manager.Backups.Schedule;

/// <summary>A directory: another disk, or one that is mounted from elsewhere.</summary>
internal sealed class DirectoryDestination(string path) : IBackupDestination
{
    private const string Partial = ".backup.partial";

    public string Name => path;

    public IReadOnlyList<string> List() => Directory.Exists(path) ? [.. Directory.GetFiles(path).Select(f => Path.GetFileName(f))] : [];

    public async Task PutAsync(string file, string name, Func<IReadOnlyList<string>, IReadOnlyList<string>> expired, CancellationToken cancellationToken)
    {
        await CopyAsync(file, Path.Combine(path, name), cancellationToken);
        foreach (var old in expired(List()))
        {
            File.Delete(Path.Combine(path, old));
        }
    }

    /// <summary>Whole under its name, or not at all.</summary>
    internal static async Task CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        var partial = Path.ChangeExtension(to, Partial);
        try
        {
            foreach (var left in Directory.GetFiles(Path.GetDirectoryName(to)!, "*" + Partial))
            {
                File.Delete(left); // of a process that was killed
            }

            await using (var source = File.OpenRead(from))
            await using (var target = BackupTarget.Create(partial))
            {
                await source.CopyToAsync(target, cancellationToken);
                target.Flush(flushToDisk: true);
            }

            File.Move(partial, to, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
