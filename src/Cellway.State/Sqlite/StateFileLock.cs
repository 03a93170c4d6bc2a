namespace Cellway.State.Sqlite;

/// <summary>One process per state file: an advisory lock on a file beside it, which the kernel drops when its holder dies in any way.</summary>
/// <remarks>
/// SQLite's own exclusive mode would shut out this process's readers too. The lock file is never deleted: deleting one lets two
/// processes hold locks on two files of the same name.
/// </remarks>
internal static class StateFileLock
{
    // .NET puts the errno of flock, or the HRESULT of CreateFile, into IOException.HResult.
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    /// <exception cref="StateStoreInUseException">Somebody else has it.</exception>
    public static FileStream Take(string path)
    {
        var lockPath = path + ".lock";
        try
        {
            return new(lockPath, PrivateFile(FileShare.None));
        }
        catch (IOException e) when (e.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
        {
            throw new StateStoreInUseException(path, e);
        }
    }

    /// <summary>Makes the state file and its directory if they are missing, readable by their owner only.</summary>
    public static void CreateMissing(string path)
    {
        // SQLite gives its -wal and -shm files the mode of this one.
        new FileStream(path, PrivateFile(FileShare.ReadWrite)).Dispose();
    }

    public static void CreateDirectory(string path)
    {
        var directory = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static FileStreamOptions PrivateFile(FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
