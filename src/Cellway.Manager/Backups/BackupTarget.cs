namespace Cellway.Manager.Backups;

/// <summary>A backup that comes to be as a file: whole under its name, or not at all.</summary>
public static class BackupTarget
{
    private const int NoSpace = 28; // ENOSPC
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <param name="path">Its file; there must be none.</param>
    /// <param name="write">Writes it, from front to end.</param>
    /// <exception cref="BackupException">It cannot be written; nothing is left of it.</exception>
    public static async Task<BackupSummary> WriteAsync(string path, Func<Stream, Task<BackupSummary>> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var partial = $"{path}.{Path.GetRandomFileName()}.partial";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            BackupSummary manifest;
            await using (var file = Create(partial))
            {
                manifest = await write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: false);
            return manifest;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not (BackupException or Model.State.StateUnavailableException)))
        {
            throw new BackupException(
                (e.HResult & 0xFFFF) == NoSpace ? $"There is no space left for the backup {path}: free some. Nothing was kept of it; earlier backups are as they were."
                : File.Exists(path) ? $"There is a file {path} already, and a backup replaces none: name another."
                : $"The backup {path} cannot be written: {e.Message}",
                e);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>A new file that only its owner reads.</summary>
    internal static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 256 * 1024 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new(path, options);
    }
}
