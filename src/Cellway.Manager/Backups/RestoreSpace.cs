using System.Globalization;

namespace Cellway.Manager.Backups;

/// <summary>Whether a disk has room for a network, asked before anything is written to it.</summary>
internal static class RestoreSpace
{
    // An SQLite state is larger than its keys and values (pages, indexes), and its log may grow beside it: an estimate, on the safe side.
    private const double Factor = 1.6;
    private const long Slack = 32 << 20;

    /// <exception cref="BackupException">It has not.</exception>
    public static void Require(string? stateFile, CheckedBackup backup)
    {
        if (stateFile is null)
        {
            return;
        }

        var directory = Path.GetDirectoryName(Path.GetFullPath(stateFile))!;
        while (!Directory.Exists(directory))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        var needed = NeededFor(stateFile, backup);
        var free = new DriveInfo(directory).AvailableFreeSpace;
        if (free < needed)
        {
            throw new BackupException(string.Create(
                CultureInfo.InvariantCulture,
                $"There is not space enough in {directory}: the restored state needs about {needed >> 20} MiB and {free >> 20} MiB are free. Free some, or name another place. Nothing was changed."));
        }
    }

    /// <summary>How many bytes more the file will need: an interrupted restore has some of them already.</summary>
    internal static long NeededFor(string stateFile, CheckedBackup backup) =>
        (long)(backup.Summary.Bytes * Factor) + Slack - (File.Exists(stateFile) ? new FileInfo(stateFile).Length : 0);
}
